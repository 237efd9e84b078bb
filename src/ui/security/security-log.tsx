import { createSignal, For, type JSX, Show } from 'solid-js';
import type { RoomSecurity, SecurityEvent } from '../../engine/security/api.ts';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { eventMeta, eventText } from './event-text.ts';
import styles from './security.module.css';

const words = strings.security;
/** Entries that are shown at first. */
const SHOWN = 8;

export function SecurityLog(props: { security: RoomSecurity }): JSX.Element {
  const { now } = useSession();
  const [showsAll, setShowsAll] = createSignal(false);
  let list: HTMLElement | undefined;
  const shown = (): readonly SecurityEvent[] =>
    showsAll() ? props.security.events : props.security.events.slice(0, SHOWN);
  const showAll = (): void => {
    setShowsAll(true);
    // The button that had the focus is gone.
    list?.focus();
  };
  return (
    <section class={styles.section}>
      <h3 class={styles.heading}>{words.log}</h3>
      <p class={styles.muted}>{words.logMeans}</p>
      <ol
        class={styles.log}
        aria-label={words.logList}
        tabindex="-1"
        ref={(element) => {
          list = element;
        }}
      >
        <For each={shown()}>
          {(event) => (
            <li class={styles.event}>
              <p class={event.type === 'alarm' || event.type === 'refused' ? styles.grave : undefined}>
                {eventText(event, props.security.names)}
              </p>
              <p class={styles.meta}>
                <For each={eventMeta(event, props.security.names, now())}>{(text) => <span>{text}</span>}</For>
              </p>
            </li>
          )}
        </For>
      </ol>
      <Show when={!showsAll() && props.security.events.length > SHOWN}>
        <Button look="plain" onClick={showAll}>
          {words.showAll(props.security.events.length)}
        </Button>
      </Show>
      <Show when={showsAll() && props.security.older > 0}>
        <p class={styles.muted}>{words.older(props.security.older)}</p>
      </Show>
    </section>
  );
}
