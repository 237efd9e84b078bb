import { type JSX, Show } from 'solid-js';
import { AppBanners } from '../accounts/app-banners.tsx';
import styles from './message-page.module.css';
import { Wordmark } from './wordmark.tsx';

/** A whole page that says one thing: what happened, what it means, what to do. */
export function MessagePage(props: {
  heading: string;
  body: string;
  /** Without the router there is no way home, so the mark is left out. */
  bare?: boolean;
  children?: JSX.Element;
}): JSX.Element {
  return (
    <div class={styles.page}>
      <header>
        <Show when={!props.bare}>
          <AppBanners />
          <div class={styles.head}>
            <Wordmark />
          </div>
        </Show>
      </header>
      <main class={styles.main}>
        <h1 class={styles.heading}>{props.heading}</h1>
        <p class={styles.body}>{props.body}</p>
        <Show when={props.children}>
          <div class={styles.actions}>{props.children}</div>
        </Show>
      </main>
    </div>
  );
}
