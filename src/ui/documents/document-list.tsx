import { A } from '@solidjs/router';
import Trash from 'lucide-solid/icons/trash';
import { createSignal, For, type JSX, Show } from 'solid-js';
import type { Connection, RoomState } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { describeTime } from './relative-time.ts';
import { RemoveDialog } from './remove-dialog.tsx';
import { SaveIndicator } from './save-indicator.tsx';
import { describeSaved, isOfflineAside, shownTitle } from './save-state.ts';
import styles from './start-page.module.css';

export function DocumentList(): JSX.Element {
  const session = useSession();
  const [removing, setRemoving] = createSignal<RoomState>();
  const remove = (room: RoomState): void => {
    setRemoving(undefined);
    void session.client.forget(room.room);
  };
  return (
    <>
      <ul class={styles.list} aria-label={strings.start.listLabel}>
        <For each={session.engine.rooms}>
          {(room) => (
            <DocumentRow
              room={room}
              now={session.now()}
              connection={session.engine.connection}
              onRemove={() => setRemoving(room)}
            />
          )}
        </For>
      </ul>
      <RemoveDialog room={removing()} onClose={() => setRemoving(undefined)} onConfirm={remove} />
    </>
  );
}

type RowProps = { room: RoomState; now: number; connection: Connection; onRemove: () => void };

function DocumentRow(props: RowProps): JSX.Element {
  const title = (): string => shownTitle(props.room);
  return (
    <li class={styles.row}>
      <div>
        <A
          href={`/d/${props.room.room}`}
          class={styles.title}
          classList={{ [styles.untitled ?? '']: props.room.title.trim() === '' }}
        >
          {title()}
        </A>
        <p class={styles.meta}>
          <Show when={props.room.changedAt > 0}>
            <span>{strings.documents.changed(describeTime(props.room.changedAt, props.now))}</span>
          </Show>
          <Show when={props.room.role}>{(role) => <span>{strings.roles[role()]}</span>}</Show>
          <SaveIndicator
            state={describeSaved(props.room.saved, props.connection)}
            offline={isOfflineAside(props.room.saved, props.connection)}
          />
        </p>
      </div>
      <Button
        look="quiet"
        shape="icon"
        class={styles.remove}
        aria-label={strings.documents.remove(title())}
        onClick={() => props.onRemove()}
      >
        <Trash size={17} aria-hidden="true" />
      </Button>
    </li>
  );
}
