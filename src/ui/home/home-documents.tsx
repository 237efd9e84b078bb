import FolderPlus from 'lucide-solid/icons/folder-plus';
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js';
import type { AccountState, Folder } from '../../engine/accounts/api.ts';
import type { RoomState } from '../../engine/api.ts';
import { createCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { RemoveDialog } from '../documents/remove-dialog.tsx';
import start from '../documents/start-page.module.css';
import { ReceivedInvitations } from '../membership/received-invitations.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { sortByFolder } from './by-folder.ts';
import { FolderDialogs, type FolderTask } from './folder-dialogs.tsx';
import { FolderSection } from './folder-section.tsx';
import styles from './home.module.css';
import { HomeRow } from './home-row.tsx';

const words = strings.home;

type Props = { account: AccountState; newDocument: JSX.Element };

/** The documents of an account, by folder, and those that are on this device alone. */
export function HomeDocuments(props: Props): JSX.Element {
  let heading: HTMLElement | undefined;
  const session = useSession();
  const command = createCommand();
  const [task, setTask] = createSignal<FolderTask>();
  const [removing, setRemoving] = createSignal<RoomState>();
  const content = createMemo(() => sortByFolder(session.engine.rooms, props.account.folders));
  const remove = (room: RoomState): void => {
    setRemoving(undefined);
    void session.client.forget(room.room);
  };
  const row = (room: RoomState): JSX.Element => (
    <HomeRow
      room={room}
      folders={props.account.folders}
      onMove={(folder) => void command.run(() => session.client.accounts.moveRoom(room.room, folder))}
      onTake={() => void command.run(() => session.client.accounts.takeRoom(room.room))}
      onRemove={() => setRemoving(room)}
    />
  );
  const sizeOf = (folder: Folder): number => session.engine.rooms.filter((room) => room.folder === folder.id).length;
  return (
    <>
      <div class={start.top}>
        <h1
          class={start.heading}
          tabindex="-1"
          ref={(element) => {
            heading = element;
          }}
        >
          {strings.start.heading}
        </h1>
        <Show when={props.account.access !== 'revoked'}>
          <div class={styles.making}>
            <Button look="plain" disabled={!props.account.homeReady} onClick={() => setTask({ what: 'make' })}>
              <FolderPlus size={18} aria-hidden="true" />
              {words.newFolder}
            </Button>
            {props.newDocument}
          </div>
        </Show>
      </div>
      <FailureNote failure={command.failure()} />
      <ReceivedInvitations account={props.account} onLast={() => heading?.focus()} />
      <Show
        when={content().outside.length > 0}
        fallback={
          <Show when={props.account.homeReady}>
            <p class={styles.empty}>{session.engine.rooms.length === 0 ? words.noDocuments : words.allInFolders}</p>
          </Show>
        }
      >
        <ul class={start.list} aria-label={words.listLabel}>
          <For each={content().outside}>{row}</For>
        </ul>
      </Show>
      <For each={content().folders.map(({ folder }) => folder.id)}>
        {(id) => (
          <Show when={content().folders.find(({ folder }) => folder.id === id)}>
            {(found) => (
              <FolderSection folder={found().folder} rooms={found().rooms} onTask={setTask}>
                {row}
              </FolderSection>
            )}
          </Show>
        )}
      </For>
      <Show when={!props.account.homeReady}>
        <p class={`${styles.empty} ${styles.late}`} role="status">
          {session.engine.connection === 'offline' ? words.readingLater : words.reading}
        </p>
      </Show>
      <FolderDialogs task={task()} sizeOf={sizeOf} onClose={() => setTask(undefined)} />
      <RemoveDialog room={removing()} onClose={() => setRemoving(undefined)} onConfirm={remove} />
    </>
  );
}
