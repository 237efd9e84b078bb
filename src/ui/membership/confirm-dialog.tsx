import { type JSX, Show } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { carryOut, confirmationFor, type Task } from './task.ts';

type Props = {
  room: RoomId;
  task: Task | undefined;
  onClose: () => void;
  /** `sentence`: for those who listen. */
  onDone: (task: Task, sentence: string) => void;
  onCloseFocus: () => void;
};

/** Says what is going to happen, and does it. Stays open while it is under way and when it did not work. */
export function ConfirmDialog(props: Props): JSX.Element {
  return (
    <Show keyed when={props.task}>
      {(task) => (
        <Dialog
          open
          onClose={props.onClose}
          heading={confirmationFor(task).heading}
          body={confirmationFor(task).body}
          onCloseFocus={props.onCloseFocus}
        >
          <ConfirmForm {...props} task={task} />
        </Dialog>
      )}
    </Show>
  );
}

function ConfirmForm(props: Props & { task: Task }): JSX.Element {
  const { client } = useSession();
  const command = createMembershipCommand();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const { task } = props;
    if (await command.run(() => carryOut(client.membership, props.room, task)))
      props.onDone(task, confirmationFor(task).done);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <FailureNote failure={command.failure()} />
      <DialogActions>
        <Button look="plain" onClick={() => props.onClose()}>
          {strings.cancel}
        </Button>
        <SubmitButton look="danger" busy={command.busy()}>
          {confirmationFor(props.task).confirm}
        </SubmitButton>
      </DialogActions>
    </form>
  );
}
