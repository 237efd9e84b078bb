import { createSignal, type JSX } from 'solid-js';
import type { AccountState } from '../../../engine/accounts/api.ts';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { createNewPassword } from '../new-password.ts';
import { NewPasswordField } from '../new-password-field.tsx';
import { createProof, ProofFields } from '../proof-fields.tsx';
import { DoneNote } from './done-note.tsx';
import styles from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.accountPassword;

export function PasswordSection(props: { account: AccountState }): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const { proof, setProof, reset } = createProof();
  const [asked, setAsked] = createSignal(false);
  const [done, setDone] = createSignal(false);
  const password = createNewPassword(() => [props.account.name, strings.product]);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    setDone(false);
    if (!password.verdict().accepted) return;
    if (!(await command.run(() => session.client.accounts.changePassword(proof(), password.text())))) return;
    reset();
    password.set('');
    setAsked(false);
    setDone(true);
  };
  return (
    <>
      <SectionHead heading={words.heading} lead={words.body} />
      <form noValidate onSubmit={(event) => void submit(event)}>
        <ProofFields name={props.account.name} proof={proof()} onChange={setProof} />
        <NewPasswordField label={words.newPassword} password={password} asked={asked()} />
        <FailureNote failure={command.failure()} />
        <div class={styles.actions}>
          <SubmitButton busy={command.busy()}>{words.save}</SubmitButton>
        </div>
        <DoneNote text={done() ? words.done : undefined} />
      </form>
    </>
  );
}
