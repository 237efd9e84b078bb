import Eye from 'lucide-solid/icons/eye';
import EyeOff from 'lucide-solid/icons/eye-off';
import { createSignal, type JSX, Show } from 'solid-js';
import { strings } from '../strings.ts';
import { buttonClass } from './button.tsx';
import styles from './field.module.css';
import { type FieldProps, TextField } from './text-field.tsx';

type Props = Pick<FieldProps, 'label' | 'value' | 'onInput' | 'note' | 'error' | 'below'> & {
  /** `new`: a password manager offers to make one. */
  kind: 'current' | 'new';
};

/** A password, hidden until the person wants to see it. */
export function PasswordField(props: Props): JSX.Element {
  const [shown, setShown] = createSignal(false);
  return (
    <TextField
      label={props.label}
      value={props.value}
      onInput={props.onInput}
      note={props.note}
      error={props.error}
      below={props.below}
      type={shown() ? 'text' : 'password'}
      name={props.kind === 'new' ? 'new-password' : 'password'}
      autocomplete={props.kind === 'new' ? 'new-password' : 'current-password'}
      autocapitalize="none"
      spellcheck={false}
      required
      adornment={
        <button
          type="button"
          class={`${buttonClass('quiet', 'icon')} ${styles.adornment}`}
          aria-label={shown() ? strings.entry.hidePassword : strings.entry.showPassword}
          onClick={() => setShown(!shown())}
        >
          <Show when={shown()} fallback={<Eye size={18} aria-hidden="true" />}>
            <EyeOff size={18} aria-hidden="true" />
          </Show>
        </button>
      }
    />
  );
}
