import type { JSX } from 'solid-js';
import { type FieldProps, TextField } from '../controls/text-field.tsx';
import { strings } from '../strings.ts';
import styles from './recovery-code.module.css';

type Props = Pick<FieldProps, 'value' | 'onInput' | 'error'>;

/** Where a recovery code is typed. Case, spaces and dashes do not matter. */
export function RecoveryCodeField(props: Props): JSX.Element {
  return (
    <TextField
      label={strings.entry.recoveryCode}
      value={props.value}
      onInput={props.onInput}
      error={props.error}
      class={styles.input}
      name="recovery-code"
      autocomplete="off"
      autocapitalize="characters"
      spellcheck={false}
      required
    />
  );
}
