import { type JSX, Show } from 'solid-js';
import type { Folder } from '../../engine/accounts/api.ts';
import type { RoomState } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import { MenuChoices, MenuItem, MenuSeparator, OptionsMenu } from '../controls/options-menu.tsx';
import { DocumentRow } from '../documents/document-row.tsx';
import { shownTitle } from '../documents/save-state.ts';
import { strings } from '../strings.ts';
import styles from './home.module.css';

const words = strings.home;
/** Stands for "in no folder" among the folders' ids. */
const OUTSIDE = '';

type Props = {
  room: RoomState;
  folders: readonly Folder[];
  onMove: (folder: string | null) => void;
  onTake: () => void;
  onRemove: () => void;
};

/** A document of an account's home, with what can be done with it. */
export function HomeRow(props: Props): JSX.Element {
  const title = (): string => shownTitle(props.room);
  const isHereOnly = (): boolean => props.room.kept === 'device';
  return (
    <DocumentRow room={props.room} mark={isHereOnly() ? words.hereOnly : undefined}>
      <Show when={isHereOnly()}>
        <Button
          look="plain"
          class={styles.take}
          aria-label={words.takeDocument(title())}
          onClick={() => props.onTake()}
        >
          {words.take}
        </Button>
      </Show>
      <OptionsMenu label={words.documentMenu(title())}>
        <Show when={!isHereOnly() && props.folders.length > 0}>
          <FolderChoice folder={props.room.folder} folders={props.folders} onMove={props.onMove} />
          <MenuSeparator />
        </Show>
        <MenuItem danger onSelect={() => props.onRemove()}>
          {isHereOnly() ? strings.documents.removeConfirm : words.removeDocument}
        </MenuItem>
      </OptionsMenu>
    </DocumentRow>
  );
}

function FolderChoice(props: {
  folder: string | null;
  folders: readonly Folder[];
  onMove: (folder: string | null) => void;
}): JSX.Element {
  return (
    <MenuChoices
      label={words.moveTo}
      value={props.folder ?? OUTSIDE}
      choices={[{ id: OUTSIDE, name: words.noFolder }, ...props.folders]}
      onChoose={(folder) => props.onMove(folder === OUTSIDE ? null : folder)}
    />
  );
}
