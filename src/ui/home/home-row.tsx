import * as DropdownMenu from '@kobalte/core/dropdown-menu';
import Check from 'lucide-solid/icons/check';
import { For, type JSX, Show } from 'solid-js';
import type { Folder } from '../../engine/accounts/api.ts';
import type { RoomState } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import menu from '../controls/menu.module.css';
import { MenuItem, OptionsMenu } from '../controls/options-menu.tsx';
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
          <DropdownMenu.Separator class={menu.line} />
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
  const choices = (): readonly Folder[] => [{ id: OUTSIDE, name: words.noFolder }, ...props.folders];
  return (
    <DropdownMenu.Group>
      <DropdownMenu.GroupLabel class={menu.label}>{words.moveTo}</DropdownMenu.GroupLabel>
      <DropdownMenu.RadioGroup
        value={props.folder ?? OUTSIDE}
        onChange={(folder) => props.onMove(folder === OUTSIDE ? null : folder)}
      >
        <For each={choices()}>
          {(choice) => (
            <DropdownMenu.RadioItem class={menu.item} value={choice.id} closeOnSelect>
              <span class={menu.mark}>
                <DropdownMenu.ItemIndicator>
                  <Check size={16} aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </span>
              <DropdownMenu.ItemLabel>{choice.name}</DropdownMenu.ItemLabel>
            </DropdownMenu.RadioItem>
          )}
        </For>
      </DropdownMenu.RadioGroup>
    </DropdownMenu.Group>
  );
}
