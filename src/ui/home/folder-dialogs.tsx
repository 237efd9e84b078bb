import { type JSX, Match, Switch } from 'solid-js';
import type { AccountOutcome, Folder } from '../../engine/accounts/api.ts';
import { createCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { NameDialog } from '../controls/name-dialog.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';

const words = strings.home;

export type FolderTask = { readonly what: 'make' } | { readonly what: 'rename' | 'remove'; readonly folder: Folder };

type Props = { task: FolderTask | undefined; sizeOf: (folder: Folder) => number; onClose: () => void };

/** Making, renaming and removing a folder: one at a time. */
export function FolderDialogs(props: Props): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const about = (what: 'rename' | 'remove'): Folder | undefined =>
    props.task?.what === what ? props.task.folder : undefined;
  const close = (): void => {
    command.clear();
    props.onClose();
  };
  const run = async (ask: () => Promise<AccountOutcome<unknown>>): Promise<void> => {
    if (await command.run(ask)) close();
  };
  return (
    <Switch>
      <Match when={props.task?.what === 'make'}>
        <NameDialog
          heading={words.newFolderHeading}
          label={words.folderName}
          name=""
          save={words.create}
          busy={command.busy()}
          sentence={command.sentence()}
          onClose={close}
          onSave={(name) => void run(() => session.client.accounts.makeFolder(name))}
        />
      </Match>
      <Match when={about('rename')}>
        {(folder) => (
          <NameDialog
            heading={words.renameHeading}
            label={words.folderName}
            name={folder().name}
            save={words.save}
            busy={command.busy()}
            sentence={command.sentence()}
            onClose={close}
            onSave={(name) => void run(() => session.client.accounts.renameFolder(folder().id, name))}
          />
        )}
      </Match>
      <Match when={about('remove')}>
        {(folder) => (
          <Dialog
            open
            onClose={close}
            heading={words.removeHeading(folder().name)}
            body={words.removeBody(props.sizeOf(folder()))}
          >
            <FailureNote failure={command.failure()} />
            <DialogActions>
              <Button look="plain" onClick={close}>
                {strings.cancel}
              </Button>
              <Button look="danger" onClick={() => void run(() => session.client.accounts.removeFolder(folder().id))}>
                {words.remove}
              </Button>
            </DialogActions>
          </Dialog>
        )}
      </Match>
    </Switch>
  );
}
