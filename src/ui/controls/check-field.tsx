import { createUniqueId, type JSX } from 'solid-js';
import styles from './field.module.css';

export function CheckField(props: {
  label: string;
  note: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class={styles.check}>
      <input
        id={id}
        type="checkbox"
        checked={props.checked}
        aria-describedby={`${id}-note`}
        onChange={(event) => props.onChange(event.currentTarget.checked)}
      />
      <label for={id}>{props.label}</label>
      <p id={`${id}-note`} class={styles.note}>
        {props.note}
      </p>
    </div>
  );
}
