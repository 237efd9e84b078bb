import type { JSX } from 'solid-js';
import styles from './avatar.module.css';
import { initials } from './names.ts';
import { readableColor } from './palette.ts';

/** Decorative: whoever uses it says the name in text. */
export function Avatar(props: { name: string; color: string }): JSX.Element {
  return (
    <span class={styles.avatar} style={{ '--person': readableColor(props.color) }} aria-hidden="true">
      {initials(props.name)}
    </span>
  );
}
