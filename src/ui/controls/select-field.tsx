import { createUniqueId, For, type JSX } from 'solid-js';
import styles from './field.module.css';

/** One of a few values, with its label. */
export function SelectField<T extends string>(props: {
  label: string;
  value: T;
  choices: readonly { readonly id: T; readonly name: string }[];
  onChange: (value: T) => void;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class={styles.field}>
      <label class={styles.label} for={id}>
        {props.label}
      </label>
      <select
        id={id}
        class={`${styles.input} ${styles.select}`}
        value={props.value}
        onChange={(event) => props.onChange(event.currentTarget.value as T)}
      >
        <For each={props.choices}>{(choice) => <option value={choice.id}>{choice.name}</option>}</For>
      </select>
    </div>
  );
}
