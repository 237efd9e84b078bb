import { type JSX, Show } from 'solid-js';
import { PageHeading } from '../page-heading.tsx';
import styles from './section.module.css';

export function SectionHead(props: { heading: string; lead?: string | undefined }): JSX.Element {
  return (
    <>
      <Show keyed when={props.heading}>
        {(heading) => <PageHeading class={styles.heading} text={heading} />}
      </Show>
      <Show when={props.lead} fallback={<div class={styles.gap} />}>
        <p class={styles.lead}>{props.lead}</p>
      </Show>
    </>
  );
}
