import Bold from 'lucide-solid/icons/bold';
import Code from 'lucide-solid/icons/code';
import Italic from 'lucide-solid/icons/italic';
import Keyboard from 'lucide-solid/icons/keyboard';
import Link from 'lucide-solid/icons/link';
import List from 'lucide-solid/icons/list';
import ListChecks from 'lucide-solid/icons/list-checks';
import ListOrdered from 'lucide-solid/icons/list-ordered';
import Redo from 'lucide-solid/icons/redo-2';
import Strikethrough from 'lucide-solid/icons/strikethrough';
import Underline from 'lucide-solid/icons/underline';
import Undo from 'lucide-solid/icons/undo-2';
import { type Component, For, type JSX, onCleanup, onMount } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { Hint, HintTrigger } from '../../controls/hint.tsx';
import { strings } from '../../strings.ts';
import { BlockMenu } from './block-menu.tsx';
import { registerRoving } from './roving.ts';
import { CHORDS, type Chord, describeChord, isApple } from './shortcuts.ts';
import type { InlineFormat, ListStyle } from './text-state.ts';
import styles from './toolbar.module.css';
import type { Writing } from './writing.ts';

type Icon = Component<{ size: number }>;
type Labelled<Key extends string> = {
  readonly key: Key;
  readonly icon: Icon;
  readonly label: string;
  readonly chord: Chord;
};

const words = strings.editor;
const FORMATS: readonly Labelled<InlineFormat>[] = [
  { key: 'bold', icon: Bold, label: words.bold, chord: CHORDS.bold },
  { key: 'italic', icon: Italic, label: words.italic, chord: CHORDS.italic },
  { key: 'underline', icon: Underline, label: words.underline, chord: CHORDS.underline },
  { key: 'strikethrough', icon: Strikethrough, label: words.strikethrough, chord: CHORDS.strikethrough },
  { key: 'code', icon: Code, label: words.inlineCode, chord: CHORDS.code },
];
const LISTS: readonly Labelled<ListStyle>[] = [
  { key: 'bullet', icon: List, label: words.bullet, chord: CHORDS.bullet },
  { key: 'number', icon: ListOrdered, label: words.number, chord: CHORDS.number },
  { key: 'check', icon: ListChecks, label: words.check, chord: CHORDS.check },
];

type Props = {
  writing: Writing;
  onLink: () => void;
  onShortcuts: () => void;
  ref: (toolbar: HTMLElement) => void;
};

export function Toolbar(props: Props): JSX.Element {
  let toolbar!: HTMLDivElement;
  const writing = props.writing;
  onMount(() => {
    props.ref(toolbar);
    onCleanup(registerRoving(toolbar));
  });
  return (
    <div
      ref={toolbar}
      class={styles.toolbar}
      role="toolbar"
      aria-label={words.toolbar}
      // A press must not take the focus, and with it the caret, out of the text.
      onMouseDown={(event) => event.preventDefault()}
    >
      <Tool icon={Undo} label={words.undo} chord={CHORDS.undo} disabled={!writing.canUndo()} onClick={writing.undo} />
      <Tool icon={Redo} label={words.redo} chord={CHORDS.redo} disabled={!writing.canRedo()} onClick={writing.redo} />
      <span class={styles.divider} />
      <BlockMenu
        style={writing.state().block}
        onChoose={(style) => writing.commands.setBlock(style)}
        onDone={writing.focus}
      />
      <span class={styles.divider} />
      <For each={FORMATS}>
        {(format) => (
          <Tool
            icon={format.icon}
            label={format.label}
            chord={format.chord}
            pressed={writing.state().formats[format.key]}
            onClick={() => writing.commands.format(format.key)}
          />
        )}
      </For>
      <Tool
        icon={Link}
        label={words.link}
        chord={CHORDS.link}
        pressed={writing.state().link !== null}
        onClick={() => props.onLink()}
      />
      <span class={styles.divider} />
      <For each={LISTS}>
        {(list) => (
          <Tool
            icon={list.icon}
            label={list.label}
            chord={list.chord}
            pressed={writing.state().list === list.key}
            onClick={() => writing.commands.toggleList(list.key)}
          />
        )}
      </For>
      <span class={styles.divider} />
      <Tool icon={Keyboard} label={words.shortcuts} chord={CHORDS.shortcuts} onClick={() => props.onShortcuts()} />
    </div>
  );
}

type ToolProps = {
  icon: Icon;
  label: string;
  chord: Chord;
  /** Given for what can be on or off. */
  pressed?: boolean;
  disabled?: boolean;
  onClick: () => void;
};

function Tool(props: ToolProps): JSX.Element {
  return (
    <Hint label={props.label} keys={describeChord(props.chord, isApple())}>
      <HintTrigger
        as="button"
        type="button"
        class={styles.tool}
        aria-label={props.label}
        aria-pressed={props.pressed}
        // Not `disabled`: a control that loses the focus by being used would throw keyboard users out of the toolbar.
        aria-disabled={props.disabled ? 'true' : undefined}
        onClick={() => !props.disabled && props.onClick()}
      >
        <Dynamic component={props.icon} size={17} />
      </HintTrigger>
    </Hint>
  );
}
