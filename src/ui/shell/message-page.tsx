import { type JSX, Show } from 'solid-js';
import styles from './message-page.module.css';
import page from './page.module.css';
import { PageTop } from './page-top.tsx';

/** A whole page that says one thing: what happened, what it means, what to do. */
export function MessagePage(props: {
  heading: string;
  body: string;
  /** Without the router there is no way home, so the mark is left out. */
  bare?: boolean;
  /** What can be done about it right here. */
  detail?: JSX.Element;
  children?: JSX.Element;
}): JSX.Element {
  return (
    <div class={page.page}>
      <Show when={!props.bare} fallback={<header />}>
        <PageTop />
      </Show>
      <main class={styles.main}>
        <h1 class={styles.heading}>{props.heading}</h1>
        <p class={styles.body}>{props.body}</p>
        {props.detail}
        <Show when={props.children}>
          <div class={styles.actions}>{props.children}</div>
        </Show>
      </main>
    </div>
  );
}
