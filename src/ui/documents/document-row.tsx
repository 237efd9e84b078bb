import { A } from '@solidjs/router';
import { type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import link from '../controls/row-link.module.css';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { describeTime } from './relative-time.ts';
import { SaveIndicator } from './save-indicator.tsx';
import { describeSaved, isArriving, isOfflineAside, shownTitle } from './save-state.ts';
import styles from './start-page.module.css';

/** A document in a list. The whole row leads to it; `children` is what else can be done with it. */
export function DocumentRow(props: { room: RoomState; mark?: string | undefined; children: JSX.Element }): JSX.Element {
  const session = useSession();
  const arriving = (): string =>
    session.engine.connection === 'offline' ? strings.documents.notHere : strings.documents.arriving;
  return (
    <li class={styles.row}>
      <div>
        <A
          href={`/d/${props.room.room}`}
          class={`${link.link} ${styles.title}`}
          classList={{ [styles.untitled ?? '']: props.room.title.trim() === '' }}
        >
          {isArriving(props.room) ? arriving() : shownTitle(props.room)}
        </A>
        <p class={styles.meta}>
          <Show when={props.mark}>
            <span class={styles.mark}>{props.mark}</span>
          </Show>
          <Show when={!isArriving(props.room)} fallback={<span>{strings.documents.arrivingMeans}</span>}>
            <Facts room={props.room} />
          </Show>
        </p>
      </div>
      <div class={styles.rowActions}>{props.children}</div>
    </li>
  );
}

function Facts(props: { room: RoomState }): JSX.Element {
  const session = useSession();
  return (
    <>
      <Show when={props.room.changedAt > 0}>
        <span>{strings.documents.changed(describeTime(props.room.changedAt, session.now()))}</span>
      </Show>
      <Show when={props.room.role}>{(role) => <span>{strings.roles[role()]}</span>}</Show>
      <SaveIndicator
        state={describeSaved(props.room.saved, session.engine.connection)}
        offline={isOfflineAside(props.room.saved, session.engine.connection)}
      />
    </>
  );
}
