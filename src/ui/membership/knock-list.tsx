import { For, type JSX, Show } from 'solid-js';
import type { Knock } from '../../engine/membership/knock.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { KnockRow } from './knock-row.tsx';
import styles from './share-dialog.module.css';

const words = strings.knocks;

/** Who asks to be let in. Nothing, where nobody does. */
export function KnockList(props: {
  knocks: readonly Knock[];
  onDone: (sentence: string) => void;
  headingRef: (heading: HTMLElement) => void;
}): JSX.Element {
  const session = useSession();
  return (
    <Show when={props.knocks.length > 0}>
      <section class={styles.section}>
        <h3 class={styles.heading} tabindex="-1" ref={props.headingRef}>
          {words.heading}
        </h3>
        <ul class={styles.list} aria-label={words.list}>
          {/* By who asks: what is chosen in one row must not stand in the next when the row above goes. */}
          <For each={props.knocks.map(({ from }) => from)}>
            {(from) => (
              <Show when={props.knocks.find((knock) => knock.from === from)}>
                {(knock) => (
                  <KnockRow knock={knock()} contacts={session.engine.account?.contacts ?? []} onDone={props.onDone} />
                )}
              </Show>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
