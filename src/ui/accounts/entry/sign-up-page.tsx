import { A } from '@solidjs/router';
import { createSignal, type JSX, Show } from 'solid-js';
import type { CodeOffer } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import styles from '../form-page.module.css';
import { FormPage } from '../form-page.tsx';
import { LeaveDialog } from '../leave-dialog.tsx';
import { adviseName } from '../name-advice.ts';
import { createNewPassword } from '../new-password.ts';
import { NewPasswordField } from '../new-password-field.tsx';
import { documentsHere } from '../own-documents.ts';
import { type CodeStep, codeStepHeading, RecoveryCodeSteps } from '../recovery-code-steps.tsx';
import { TakeDocuments } from '../take-documents.tsx';
import { NewUserNameField } from '../user-name-field.tsx';
import { GuestsOnly } from './guests-only.tsx';
import { createWayBack } from './way-back.ts';

type Begun = { readonly name: string; readonly offer: CodeOffer };

export function SignUpPage(): JSX.Element {
  return (
    <GuestsOnly>
      <SignUp />
    </GuestsOnly>
  );
}

function SignUp(): JSX.Element {
  const [begun, setBegun] = createSignal<Begun>();
  return (
    <Show when={begun()} fallback={<ChooseNameAndPassword onBegun={setBegun} />}>
      {(current) => <KeepCode begun={current()} onStartAgain={() => setBegun(undefined)} />}
    </Show>
  );
}

function ChooseNameAndPassword(props: { onBegun: (begun: Begun) => void }): JSX.Element {
  const session = useSession();
  const { state } = createWayBack();
  const command = createCommand();
  const [name, setName] = createSignal('');
  const [asked, setAsked] = createSignal(false);
  const password = createNewPassword(() => [name(), strings.product]);
  const isAboutName = (): boolean => /^name-/.test(command.failure()?.reason ?? '');
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    const chosen = name().trim();
    if (adviseName(chosen)?.state !== 'good' || !password.verdict().accepted) return;
    const outcome = await command.run(() => session.client.accounts.beginSignUp(chosen, password.text()));
    if (outcome) props.onBegun({ name: chosen, offer: outcome.value });
  };
  return (
    <FormPage heading={strings.signUp.heading} lead={strings.signUp.lead}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <NewUserNameField
          value={name()}
          asked={asked()}
          error={isAboutName() ? command.sentence() : undefined}
          onInput={(text) => {
            command.clear();
            setName(text);
          }}
        />
        <NewPasswordField label={strings.entry.password} password={password} asked={asked()} />
        <FailureNote failure={isAboutName() ? undefined : command.failure()} />
        <SubmitButton busy={command.busy()} class={styles.submit}>
          {strings.entry.continue}
        </SubmitButton>
      </form>
      <div class={styles.others}>
        <p>
          {strings.entry.haveAccount}{' '}
          <A href="/sign-in" state={state}>
            {strings.entry.signIn}
          </A>
        </p>
      </div>
    </FormPage>
  );
}

function KeepCode(props: { begun: Begun; onStartAgain: () => void }): JSX.Element {
  const session = useSession();
  const { goBack } = createWayBack();
  const command = createCommand();
  const [step, setStep] = createSignal<CodeStep>('show');
  const [take, setTake] = createSignal(true);
  const [unfinished, setUnfinished] = createSignal(true);
  // What was begun is good for nothing any more: a new attempt makes a new code.
  const mustStartAgain = (): boolean =>
    ['attempt-expired', 'name-taken', 'wrong-state'].includes(command.failure()?.reason ?? '');
  const finish = async (): Promise<void> => {
    const isTaking = take() && documentsHere(session.engine) > 0;
    if (!(await command.run(() => session.client.accounts.finishSignUp(props.begun.offer.ticket, isTaking)))) return;
    setUnfinished(false);
    goBack();
  };
  return (
    <FormPage heading={codeStepHeading(step())}>
      <RecoveryCodeSteps
        name={props.begun.name}
        code={props.begun.offer.code}
        step={step()}
        onStep={setStep}
        finish={strings.entry.createAccount}
        onFinish={() => void finish()}
        busy={command.busy()}
        failure={command.failure()}
      >
        <TakeDocuments documents={documentsHere(session.engine)} checked={take()} onChange={setTake} />
        <Show when={mustStartAgain()}>
          <Button look="plain" class={styles.second} onClick={() => props.onStartAgain()}>
            {strings.signUp.startAgain}
          </Button>
        </Show>
      </RecoveryCodeSteps>
      <LeaveDialog unfinished={unfinished()} means={strings.signUp.leave} />
    </FormPage>
  );
}
