import { useNavigate } from '@solidjs/router';
import { type JSX, Show } from 'solid-js';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { createCommand } from './command.ts';
import { FailureNote } from './failure-note.tsx';
import { describeUnsent } from './unsent.ts';
import { UnsentList } from './unsent-list.tsx';

/** This device was removed from the account: the only way back is as a new one. */
export function StartOverDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const session = useSession();
  const navigate = useNavigate();
  const command = createCommand();
  const unsent = () => describeUnsent(session.engine.rooms);
  const startOver = async (): Promise<void> => {
    // Nothing that this device has not sent will ever be taken.
    const done = await command.run(() => session.client.accounts.signOut({ everywhere: false, loseUnsent: true }));
    if (!done) return;
    props.onClose();
    navigate('/sign-in');
  };
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      heading={strings.access.startOverHeading}
      body={strings.access.startOverBody}
    >
      <Show when={unsent().length > 0}>
        <UnsentList lead={strings.access.lost} lines={unsent()} />
      </Show>
      <FailureNote failure={command.failure()} />
      <DialogActions>
        <Button look="plain" onClick={() => props.onClose()}>
          {strings.cancel}
        </Button>
        <Button look="danger" onClick={() => void startOver()}>
          {strings.access.startOverConfirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
