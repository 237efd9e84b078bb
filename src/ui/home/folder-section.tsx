import FolderIcon from 'lucide-solid/icons/folder';
import { createUniqueId, For, type JSX, Show } from 'solid-js';
import type { Folder } from '../../engine/accounts/api.ts';
import type { RoomState } from '../../engine/api.ts';
import { MenuItem, OptionsMenu } from '../controls/options-menu.tsx';
import start from '../documents/start-page.module.css';
import { strings } from '../strings.ts';
import type { FolderTask } from './folder-dialogs.tsx';
import styles from './home.module.css';

const words = strings.home;

type Props = {
  folder: Folder;
  rooms: readonly RoomState[];
  onTask: (task: FolderTask) => void;
  children: (room: RoomState) => JSX.Element;
};

export function FolderSection(props: Props): JSX.Element {
  const id = createUniqueId();
  return (
    <section class={styles.folder} aria-labelledby={id}>
      <div class={styles.folderHead}>
        <FolderIcon size={18} aria-hidden="true" />
        <h2 id={id} class={styles.folderName}>
          {props.folder.name}
        </h2>
        <OptionsMenu label={words.folderMenu(props.folder.name)}>
          <MenuItem onSelect={() => props.onTask({ what: 'rename', folder: props.folder })}>{words.rename}</MenuItem>
          <MenuItem danger onSelect={() => props.onTask({ what: 'remove', folder: props.folder })}>
            {words.remove}
          </MenuItem>
        </OptionsMenu>
      </div>
      <Show when={props.rooms.length > 0} fallback={<p class={styles.empty}>{words.emptyFolder}</p>}>
        <ul class={start.list} aria-label={words.folderList(props.folder.name)}>
          <For each={props.rooms}>{props.children}</For>
        </ul>
      </Show>
    </section>
  );
}
