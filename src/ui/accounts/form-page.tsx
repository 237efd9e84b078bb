import { type JSX, Show } from 'solid-js';
import page from '../shell/page.module.css';
import { PageTop } from '../shell/page-top.tsx';
import styles from './form-page.module.css';
import { PageHeading } from './page-heading.tsx';

/** A page with one thing to do. */
export function FormPage(props: { heading: string; lead?: string | undefined; children: JSX.Element }): JSX.Element {
  return (
    <div class={page.page}>
      <PageTop />
      <main class={styles.main}>
        <Show keyed when={props.heading}>
          {(heading) => <PageHeading class={styles.heading} text={heading} />}
        </Show>
        <Show when={props.lead}>
          <p class={styles.lead}>{props.lead}</p>
        </Show>
        <div class={styles.content}>{props.children}</div>
      </main>
    </div>
  );
}
