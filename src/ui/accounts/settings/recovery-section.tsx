import { createSignal, type JSX, Show } from 'solid-js';
import type { AccountState, CodeOffer } from '../../../engine/accounts/api.ts';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { LeaveDialog } from '../leave-dialog.tsx';
import { createProof, ProofFields } from '../proof-fields.tsx';
import { type CodeStep, codeStepHeading, RecoveryCodeSteps } from '../recovery-code-steps.tsx';
import { DoneNote } from './done-note.tsx';
import styles from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.accountRecovery;

export function RecoverySection(props: { account: AccountState }): JSX.Element {
  const [offer, setOffer] = createSignal<CodeOffer>();
  const [done, setDone] = createSignal(false);
  const begin = (next: CodeOffer): void => {
    setDone(false);
    setOffer(next);
  };
  const finish = (): void => {
    setDone(true);
    setOffer(undefined);
  };
  return (
    <Show
      when={offer()}
      fallback={
        <>
          <SectionHead heading={words.heading} lead={words.body} />
          <DoneNote text={done() ? words.done : undefined} />
          <ProveFirst account={props.account} onOffer={begin} />
        </>
      }
    >
      {(current) => <NewCode account={props.account} offer={current()} onDone={finish} />}
    </Show>
  );
}

function ProveFirst(props: { account: AccountState; onOffer: (offer: CodeOffer) => void }): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const { proof, setProof } = createProof();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const begun = await command.run(() => session.client.accounts.beginRecoveryCode(proof()));
    if (begun) props.onOffer(begun.value);
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <ProofFields name={props.account.name} proof={proof()} onChange={setProof} />
      <FailureNote failure={command.failure()} />
      <div class={styles.actions}>
        <SubmitButton busy={command.busy()}>{words.begin}</SubmitButton>
      </div>
    </form>
  );
}

function NewCode(props: { account: AccountState; offer: CodeOffer; onDone: () => void }): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const [step, setStep] = createSignal<CodeStep>('show');
  const finish = async (): Promise<void> => {
    if (await command.run(() => session.client.accounts.finishRecoveryCode(props.offer.ticket))) props.onDone();
  };
  return (
    <>
      <SectionHead heading={codeStepHeading(step())} />
      <RecoveryCodeSteps
        name={props.account.name}
        code={props.offer.code}
        step={step()}
        onStep={setStep}
        finish={words.finish}
        onFinish={() => void finish()}
        busy={command.busy()}
        failure={command.failure()}
      />
      <LeaveDialog unfinished means={words.leave} />
    </>
  );
}
