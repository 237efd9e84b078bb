import { createSignal, type JSX, Show } from 'solid-js';
import { Button } from '../controls/button.tsx';
import { TextField } from '../controls/text-field.tsx';
import { strings } from '../strings.ts';
import styles from './form-page.module.css';
import { adviseName } from './name-advice.ts';

type Props = { value: string; onInput: (value: string) => void };

/** The user name of somebody who has an account. */
export function UserNameField(props: Props & { label?: string | undefined }): JSX.Element {
  return (
    <TextField
      label={props.label ?? strings.entry.name}
      value={props.value}
      onInput={props.onInput}
      name="username"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      required
    />
  );
}

/** A user name that is being chosen: what is wrong with it is said while it is typed. */
export function NewUserNameField(props: Props & { asked: boolean; error?: string | undefined }): JSX.Element {
  const [left, setLeft] = createSignal(false);
  const advice = () => adviseName(props.value);
  const error = (): string | undefined => {
    if (props.error !== undefined) return props.error;
    const current = advice();
    if (current === null) return props.asked ? strings.userName.tooShort : undefined;
    if (current.state === 'wrong') return current.sentence;
    return current.state === 'short' && (left() || props.asked) ? current.sentence : undefined;
  };
  return (
    <TextField
      label={strings.entry.name}
      value={props.value}
      onInput={props.onInput}
      name="username"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      required
      note={advice()?.state === 'good' ? strings.userName.good : strings.signUp.nameNote}
      error={error()}
      onBlur={() => setLeft(true)}
      below={
        <Show when={advice()?.offer}>
          {(offer) => (
            <Button look="plain" class={styles.offer} onClick={() => props.onInput(offer())}>
              {strings.userName.use(offer())}
            </Button>
          )}
        </Show>
      }
    />
  );
}
