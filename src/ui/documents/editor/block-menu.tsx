import * as DropdownMenu from '@kobalte/core/dropdown-menu';
import ChevronDown from 'lucide-solid/icons/chevron-down';
import { For, type JSX } from 'solid-js';
import menu from '../../controls/menu.module.css';
import { strings } from '../../strings.ts';
import { CHORDS, type Chord, describeChord, isApple } from './shortcuts.ts';
import { BLOCK_STYLES, type BlockStyle } from './text-state.ts';
import styles from './toolbar.module.css';

const words = strings.editor;
const CHORD_OF: Partial<Record<BlockStyle, Chord>> = CHORDS;

type Props = { style: BlockStyle | null; onChoose: (style: BlockStyle) => void; onDone: () => void };

/** Which kind of paragraph the caret is in, and a menu to change it. */
export function BlockMenu(props: Props): JSX.Element {
  let chosen = false;
  const label = (): string => words.styles[props.style ?? 'paragraph'];
  const keys = (style: BlockStyle): string => {
    const chord = CHORD_OF[style];
    return style === 'code' || chord === undefined ? '' : describeChord(chord, isApple());
  };
  const choose = (style: BlockStyle): void => {
    chosen = true;
    props.onChoose(style);
  };
  const onCloseAutoFocus = (event: Event): void => {
    // Having chosen, one wants to go on writing; having escaped, one is still in the toolbar.
    if (chosen) {
      event.preventDefault();
      props.onDone();
    }
    chosen = false;
  };
  return (
    <DropdownMenu.Root gutter={6} modal={false}>
      <DropdownMenu.Trigger class={`${styles.tool} ${styles.style}`} aria-label={`${words.style}: ${label()}`}>
        <span>{label()}</span>
        <ChevronDown size={15} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class={menu.menu} onCloseAutoFocus={onCloseAutoFocus}>
          <DropdownMenu.RadioGroup value={props.style ?? ''} onChange={(value) => choose(value as BlockStyle)}>
            <For each={BLOCK_STYLES}>
              {(style) => (
                <DropdownMenu.RadioItem class={menu.item} value={style}>
                  <DropdownMenu.ItemLabel>{words.styles[style]}</DropdownMenu.ItemLabel>
                  <span class={menu.keys} aria-hidden="true">
                    {keys(style)}
                  </span>
                </DropdownMenu.RadioItem>
              )}
            </For>
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
