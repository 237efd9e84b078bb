import { A } from '@solidjs/router';
import Smartphone from 'lucide-solid/icons/smartphone';
import { createSignal, type JSX } from 'solid-js';
import { buttonClass } from '../../controls/button.tsx';
import { PasswordField } from '../../controls/password-field.tsx';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import styles from '../form-page.module.css';
import { FormPage } from '../form-page.tsx';
import { typedName } from '../name-advice.ts';
import { documentsHere } from '../own-documents.ts';
import { TakeDocuments } from '../take-documents.tsx';
import { UserNameField } from '../user-name-field.tsx';
import { GuestsOnly } from './guests-only.tsx';
import { createWayBack } from './way-back.ts';

const words = strings.signIn;

export function SignInPage(): JSX.Element {
  const { state } = createWayBack();
  return (
    <GuestsOnly>
      <FormPage heading={words.heading}>
        <SignInForm />
        <div class={styles.others}>
          <p>
            {words.forgot}{' '}
            <A href="/recover" state={state}>
              {words.recover}
            </A>
          </p>
          <p>
            {words.noAccount}{' '}
            <A href="/sign-up" state={state}>
              {strings.entry.createAccount}
            </A>
          </p>
        </div>
      </FormPage>
    </GuestsOnly>
  );
}

function SignInForm(): JSX.Element {
  const session = useSession();
  const wayBack = createWayBack();
  const command = createCommand();
  const [name, setName] = createSignal('');
  const [password, setPassword] = createSignal('');
  const [take, setTake] = createSignal(true);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const proof = { way: 'password', secret: password() } as const;
    const isTaking = take() && documentsHere(session.engine) > 0;
    const done = await command.run(() => session.client.accounts.signIn(typedName(name()), proof, isTaking));
    if (done) wayBack.goBack();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <UserNameField value={name()} onInput={setName} />
      <PasswordField kind="current" label={strings.entry.password} value={password()} onInput={setPassword} />
      <TakeDocuments documents={documentsHere(session.engine)} checked={take()} onChange={setTake} />
      <FailureNote failure={command.failure()} />
      <SubmitButton busy={command.busy()} class={styles.submit}>
        {strings.entry.signIn}
      </SubmitButton>
      <A href="/sign-in/device" state={wayBack.state} class={`${buttonClass('plain')} ${styles.second}`}>
        <Smartphone size={16} aria-hidden="true" />
        {words.device}
      </A>
    </form>
  );
}
