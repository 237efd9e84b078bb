import type { JSX } from 'solid-js';
import styles from './dialog-actions.module.css';

export function DialogActions(props: { children: JSX.Element }): JSX.Element {
  return <div class={styles.actions}>{props.children}</div>;
}
