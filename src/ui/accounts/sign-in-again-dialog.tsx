import { A } from '@solidjs/router';
import { createSignal, type JSX, Show } from 'solid-js';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { PasswordField } from '../controls/password-field.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { createCommand } from './command.ts';
import { FailureNote } from './failure-note.tsx';
import styles from './form-page.module.css';
import { KnownUserName } from './known-user-name.tsx';

type Props = { open: boolean; onClose: () => void };

/** The session ended; only the password is needed, for this device knows whose it is. */
export function SignInAgainDialog(props: Props): JSX.Element {
  const session = useSession();
  return (
    <Show when={session.engine.account}>
      {(account) => (
        <Dialog
          open={props.open}
          onClose={props.onClose}
          heading={strings.access.lockedHeading}
          body={strings.access.lockedBody(account().name)}
        >
          <PasswordForm name={account().name} onDone={props.onClose} />
        </Dialog>
      )}
    </Show>
  );
}

function PasswordForm(props: { name: string; onDone: () => void }): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const [password, setPassword] = createSignal('');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const proof = { way: 'password', secret: password() } as const;
    if (await command.run(() => session.client.accounts.signIn(props.name, proof, false))) props.onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <KnownUserName name={props.name} />
      <PasswordField kind="current" label={strings.entry.password} value={password()} onInput={setPassword} />
      <FailureNote failure={command.failure()} />
      <DialogActions>
        <A href="/recover" class={styles.forgot} onClick={() => props.onDone()}>
          {strings.signIn.forgot}
        </A>
        <SubmitButton busy={command.busy()}>{strings.entry.signIn}</SubmitButton>
      </DialogActions>
    </form>
  );
}
