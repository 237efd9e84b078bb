import { For, type JSX, Show } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { strings } from '../strings.ts';
import { LinkRow } from './link-row.tsx';
import type { LinkView } from './link-view.ts';
import { NewLinks } from './new-links.tsx';
import styles from './share-dialog.module.css';
import type { Task } from './task.ts';

const words = strings.share;

type Props = {
  room: RoomId;
  links: readonly LinkView[];
  mayManage: boolean;
  headingRef: (heading: HTMLElement) => void;
  onAsk: (task: Task, origin: HTMLElement) => void;
  onDone: (sentence: string) => void;
};

/** The ways in for whoever has an address. */
export function LinkList(props: Props): JSX.Element {
  return (
    <section class={styles.section}>
      <h3 class={styles.heading} tabindex="-1" ref={props.headingRef}>
        {words.links}
      </h3>
      <Show
        when={props.links.length > 0}
        fallback={<p class={styles.muted}>{props.mayManage ? words.noLinks : words.none}</p>}
      >
        <p class={styles.muted}>{words.linksBody}</p>
        <ul class={styles.list} aria-label={words.linksList}>
          <For each={props.links}>{(link) => <LinkRow link={link} mayEnd={props.mayManage} onAsk={props.onAsk} />}</For>
        </ul>
      </Show>
      <Show when={props.mayManage}>
        <NewLinks room={props.room} onDone={props.onDone} />
      </Show>
    </section>
  );
}
