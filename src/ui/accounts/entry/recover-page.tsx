import { createSignal, type JSX, Show } from 'solid-js';
import type { Proof } from '../../../engine/accounts/api.ts';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import styles from '../form-page.module.css';
import { FormPage } from '../form-page.tsx';
import { KnownUserName } from '../known-user-name.tsx';
import { LeaveDialog } from '../leave-dialog.tsx';
import { typedName } from '../name-advice.ts';
import { createNewPassword } from '../new-password.ts';
import { NewPasswordField } from '../new-password-field.tsx';
import { documentsHere } from '../own-documents.ts';
import { RecoveryCodeField } from '../recovery-code-field.tsx';
import { TakeDocuments } from '../take-documents.tsx';
import { UserNameField } from '../user-name-field.tsx';
import { createWayBack } from './way-back.ts';

const words = strings.recover;

/** Also for a device whose session ended: whoever forgot the password gets in again here, with the same account. */
export function RecoverPage(): JSX.Element {
  const [proven, setProven] = createSignal<{ name: string; proof: Proof }>();
  return (
    <Show when={proven()} fallback={<EnterCode onProven={(name, proof) => setProven({ name, proof })} />}>
      {(current) => <SetPassword name={current().name} proof={current().proof} />}
    </Show>
  );
}

function EnterCode(props: { onProven: (name: string, proof: Proof) => void }): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const [name, setName] = createSignal(session.engine.account?.name ?? '');
  const [code, setCode] = createSignal('');
  const [take, setTake] = createSignal(true);
  const canTake = (): number => (session.engine.account === null ? documentsHere(session.engine) : 0);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const typed = typedName(name());
    const proof = { way: 'recovery', secret: code() } as const;
    const isTaking = take() && canTake() > 0;
    if (await command.run(() => session.client.accounts.signIn(typed, proof, isTaking))) props.onProven(typed, proof);
  };
  return (
    <FormPage heading={words.heading} lead={words.lead}>
      <form onSubmit={(event) => void submit(event)}>
        <UserNameField value={name()} onInput={setName} />
        <RecoveryCodeField value={code()} onInput={setCode} />
        <TakeDocuments documents={canTake()} checked={take()} onChange={setTake} />
        <FailureNote failure={command.failure()} />
        <SubmitButton busy={command.busy()} class={styles.submit}>
          {strings.entry.continue}
        </SubmitButton>
      </form>
      <section class={styles.aside}>
        <h2 class={styles.asideHeading}>{words.lostHeading}</h2>
        <p>{words.lost}</p>
      </section>
    </FormPage>
  );
}

function SetPassword(props: { name: string; proof: Proof }): JSX.Element {
  const session = useSession();
  const { goBack } = createWayBack();
  const command = createCommand();
  const [asked, setAsked] = createSignal(false);
  const [unfinished, setUnfinished] = createSignal(true);
  const password = createNewPassword(() => [props.name, strings.product]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (!password.verdict().accepted) return;
    if (!(await command.run(() => session.client.accounts.changePassword(props.proof, password.text())))) return;
    setUnfinished(false);
    goBack();
  };
  return (
    <FormPage heading={words.newHeading} lead={words.newLead}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <KnownUserName name={props.name} />
        <NewPasswordField label={words.newPassword} password={password} asked={asked()} />
        <FailureNote failure={command.failure()} />
        <SubmitButton busy={command.busy()} class={styles.submit}>
          {words.save}
        </SubmitButton>
      </form>
      <LeaveDialog unfinished={unfinished()} means={words.leave} />
    </FormPage>
  );
}
