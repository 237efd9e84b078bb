import { createUniqueId, type JSX, Show, splitProps } from 'solid-js';
import styles from './field.module.css';

export type FieldProps = Omit<JSX.InputHTMLAttributes<HTMLInputElement>, 'onInput' | 'value' | 'id'> & {
  label: string;
  value: string;
  onInput: (value: string) => void;
  /** What to know beforehand. */
  note?: string | undefined;
  /** What is wrong with the value. Shown in place of the note, so that nothing moves. */
  error?: string | undefined;
  /** What stands inside the field, at its end. */
  adornment?: JSX.Element;
  /** What belongs below the field besides. */
  below?: JSX.Element;
};

/** One line of text with its label, and what is to be said about it. */
export function TextField(props: FieldProps): JSX.Element {
  const [own, input] = splitProps(props, ['label', 'value', 'onInput', 'note', 'error', 'adornment', 'below', 'class']);
  const id = createUniqueId();
  const noteId = `${id}-note`;
  return (
    <div class={styles.field}>
      <label class={styles.label} for={id}>
        {own.label}
      </label>
      <div class={styles.box}>
        <input
          {...input}
          id={id}
          class={`${styles.input} ${own.class ?? ''}`}
          classList={{ [styles.adorned ?? '']: own.adornment !== undefined }}
          value={own.value}
          aria-describedby={own.error || own.note ? noteId : undefined}
          aria-invalid={own.error ? 'true' : undefined}
          onInput={(event) => own.onInput(event.currentTarget.value)}
        />
        {own.adornment}
      </div>
      <div id={noteId} aria-live="polite">
        <Show when={own.error} fallback={<Show when={own.note}>{(note) => <p class={styles.note}>{note()}</p>}</Show>}>
          {(error) => <p class={styles.error}>{error()}</p>}
        </Show>
      </div>
      {own.below}
    </div>
  );
}
