import { createResource, createSignal, type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { DoneNote } from '../accounts/settings/done-note.tsx';
import { Button, type ButtonLook, buttonClass } from '../controls/button.tsx';
import { createDownload } from '../documents/download.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './security.module.css';
import { ShieldIcon } from './shield-icon.tsx';
import type { Shield } from './shield-state.ts';

const words = strings.security;
const DATE_LENGTH = '2000-01-01'.length;

/** The state in a sentence; where something is wrong, what it means and what can be done. */
export function SecurityState(props: { room: RoomState; shield: Shield; hasEvidence: boolean }): JSX.Element {
  const { client } = useSession();
  const [isRead, setIsRead] = createSignal(false);
  let headline: HTMLElement | undefined;
  const acknowledge = async (): Promise<void> => {
    // The button that has the focus is about to go.
    headline?.focus();
    await client.membership.acknowledge(props.room.room);
    setIsRead(true);
  };
  return (
    <section class={`${styles.state} ${styles[props.shield.level]}`} aria-live="polite">
      <ShieldIcon level={props.shield.level} size={28} />
      <div class={styles.said}>
        <h3
          class={styles.headline}
          tabindex="-1"
          ref={(element) => {
            headline = element;
          }}
        >
          {props.shield.headline}
        </h3>
        <p>{props.shield.body}</p>
        <div class={styles.actions}>
          <Show when={props.hasEvidence}>
            <EvidenceLink room={props.room} look={props.shield.level === 'alarm' ? 'primary' : 'plain'} />
          </Show>
          <Show when={props.room.alarm !== null}>
            <Button look="plain" onClick={() => void acknowledge()}>
              {words.acknowledge}
            </Button>
          </Show>
        </div>
        <DoneNote text={isRead() && props.room.alarm === null ? words.acknowledged : undefined} />
        <p class={styles.limits}>{words.limits}</p>
      </div>
    </section>
  );
}

/** Made of what the vault keeps from the moment of the alarm. */
function EvidenceLink(props: { room: RoomState; look: ButtonLook }): JSX.Element {
  const { client, now } = useSession();
  const [file] = createResource(
    () => `${props.room.room} ${props.room.noticed}`,
    () => client.membership.evidence(props.room.room),
  );
  return (
    <Show when={file.latest}>
      {(text) => (
        <a
          class={buttonClass(props.look)}
          href={createDownload(text)()}
          download={words.evidenceName(new Date(now()).toISOString().slice(0, DATE_LENGTH))}
          title={words.evidenceMeans}
        >
          {words.saveEvidence}
        </a>
      )}
    </Show>
  );
}
