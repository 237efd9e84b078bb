import Trash from 'lucide-solid/icons/trash';
import { createSignal, For, type JSX } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { DocumentRow } from './document-row.tsx';
import { RemoveDialog } from './remove-dialog.tsx';
import { shownTitle } from './save-state.ts';
import styles from './start-page.module.css';

/** The documents of a device that has no account. */
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
            <DocumentRow room={room}>
              <Button
                look="quiet"
                shape="icon"
                aria-label={strings.documents.remove(shownTitle(room))}
                onClick={() => setRemoving(room)}
              >
                <Trash size={17} aria-hidden="true" />
              </Button>
            </DocumentRow>
          )}
        </For>
      </ul>
      <RemoveDialog room={removing()} onClose={() => setRemoving(undefined)} onConfirm={remove} />
    </>
  );
}
