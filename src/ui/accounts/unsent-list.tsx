import { For, type JSX } from 'solid-js';
import styles from './unsent-list.module.css';

/** What was never sent, by document. */
export function UnsentList(props: { lead: string; lines: readonly string[] }): JSX.Element {
  return (
    <>
      <p>{props.lead}</p>
      <ul class={styles.list}>
        <For each={props.lines}>{(line) => <li>{line}</li>}</For>
      </ul>
    </>
  );
}
