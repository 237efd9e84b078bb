import type { JSX } from 'solid-js';
import styles from './dialog-actions.module.css';

/** `onPage`: at the end of a form that is no dialog, where buttons stand below what they are about. */
export function DialogActions(props: { onPage?: boolean; children: JSX.Element }): JSX.Element {
  return <div class={`${styles.actions} ${props.onPage ? styles.onPage : ''}`}>{props.children}</div>;
}
