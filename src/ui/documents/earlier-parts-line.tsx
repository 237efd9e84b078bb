import { createResource, type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import type { ClosedPart } from '../../engine/membership/api.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './earlier-parts.module.css';
import { describeTime } from './relative-time.ts';

const words = strings.parts;

/** Who came in when a part was closed. */
export const cameIn = ({ cameIn: who }: ClosedPart): string =>
  words.cameIn(who.map(({ kind, name, isSelf }) => words.who(kind, name, isSelf)));

/** Says above the text why the page began empty, and opens what was before. */
export function EarlierPartsLine(props: { room: RoomState; onOpen: () => void }): JSX.Element {
  const { client, now } = useSession();
  const [parts] = createResource(
    () => props.room.earlierParts > 0 && `${props.room.room} ${props.room.earlierParts} ${props.room.part}`,
    () => client.membership.earlierParts(props.room.room),
  );
  const said = (): string => {
    const last = parts.latest?.at(-1);
    return last ? words.since(cameIn(last), last.closedAt === null ? null : describeTime(last.closedAt, now())) : '';
  };
  return (
    <Show when={props.room.part > 0}>
      <p class={styles.line}>
        <Show when={props.room.earlierParts > 0} fallback={words.elsewhere}>
          <span>{said()}</span>
          <button type="button" class={styles.open} onClick={() => props.onOpen()}>
            {words.open}
          </button>
        </Show>
      </p>
    </Show>
  );
}
