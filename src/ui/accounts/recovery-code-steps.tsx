import { createSignal, type JSX, Show } from 'solid-js';
import { Button } from '../controls/button.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { strings } from '../strings.ts';
import type { Failure } from './command.ts';
import { FailureNote } from './failure-note.tsx';
import form from './form-page.module.css';
import { isSameCode } from './recovery-code.ts';
import { RecoveryCodeField } from './recovery-code-field.tsx';
import { ShownCode } from './shown-code.tsx';

const words = strings.recoveryCode;

export type CodeStep = 'show' | 'repeat';

type Props = {
  name: string;
  code: string;
  step: CodeStep;
  onStep: (step: CodeStep) => void;
  /** What the last button says, and what it does once the code was typed right. */
  finish: string;
  onFinish: () => void;
  busy: boolean;
  failure: Failure | undefined;
  /** What else is asked before the end. */
  children?: JSX.Element;
};

/** The heading of each step, for the page around them. */
export const codeStepHeading = (step: CodeStep): string => (step === 'show' ? words.heading : words.again);

/** A new recovery code is shown once, and asked for again, before it counts. */
export function RecoveryCodeSteps(props: Props): JSX.Element {
  return (
    <Show when={props.step === 'show'} fallback={<Repeat {...props} />}>
      <ShownCode name={props.name} code={props.code} />
      <Button look="primary" class={form.submit} onClick={() => props.onStep('repeat')}>
        {strings.entry.continue}
      </Button>
    </Show>
  );
}

function Repeat(props: Props): JSX.Element {
  const [typed, setTyped] = createSignal('');
  const [differs, setDiffers] = createSignal(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (isSameCode(typed(), props.code)) props.onFinish();
    else setDiffers(true);
  };
  const change = (text: string): void => {
    setDiffers(false);
    setTyped(text);
  };
  return (
    <form onSubmit={submit}>
      <p class={form.before}>{words.againBody}</p>
      <RecoveryCodeField value={typed()} onInput={change} error={differs() ? words.differs : undefined} />
      {props.children}
      <FailureNote failure={props.failure} />
      <SubmitButton busy={props.busy} class={form.submit}>
        {props.finish}
      </SubmitButton>
      <Button look="quiet" class={form.second} onClick={() => props.onStep('show')}>
        {words.lookAgain}
      </Button>
    </form>
  );
}
