import type { TextCommands } from './commands.ts';

/** Keyboard shortcuts as data: one table for what they do and for what the dialog lists. */

export type Chord = {
  /** Ctrl, on Apple's machines Cmd. */
  readonly mod?: boolean;
  readonly shift?: boolean;
  readonly alt?: boolean;
  /** `KeyboardEvent.code` for digits, whose `key` depends on the layout; otherwise `KeyboardEvent.key` in lower case. */
  readonly key: string;
};

type KeyPress = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'> & {
  getModifierState?(key: string): boolean;
};

export function isChord(event: KeyPress, chord: Chord, apple: boolean): boolean {
  // On many layouts AltGr reports Ctrl and Alt together, and types a character.
  if (event.getModifierState?.('AltGraph')) return false;
  const mod = apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
  const none = !event.ctrlKey && !event.metaKey;
  if (chord.mod ? !mod : !none) return false;
  if (event.altKey !== (chord.alt ?? false)) return false;
  if (chord.key.startsWith('Digit')) return event.code === chord.key && event.shiftKey === (chord.shift ?? false);
  // A sign such as "?" or "/" may need Shift, depending on the layout.
  const shiftMatters = /^[a-z]$/.test(chord.key) || chord.key.length > 1;
  if (shiftMatters && event.shiftKey !== (chord.shift ?? false)) return false;
  return event.key.toLowerCase() === chord.key;
}

export function describeChord({ mod, shift, alt, key }: Chord, apple: boolean): string {
  const name = key.startsWith('Digit') ? key.slice(5) : /^(?:.|f\d+)$/.test(key) ? key.toUpperCase() : key;
  const keys = apple
    ? [alt ? '⌥' : '', shift ? '⇧' : '', mod ? '⌘' : '']
    : [mod ? 'Ctrl' : '', alt ? 'Alt' : '', shift ? 'Shift' : ''];
  return [...keys.filter((part) => part !== ''), name].join(apple ? '' : '+');
}

export const CHORDS = {
  undo: { mod: true, key: 'z' },
  redo: { mod: true, shift: true, key: 'z' },
  bold: { mod: true, key: 'b' },
  italic: { mod: true, key: 'i' },
  underline: { mod: true, key: 'u' },
  strikethrough: { mod: true, shift: true, key: 'x' },
  code: { mod: true, key: 'e' },
  link: { mod: true, key: 'k' },
  paragraph: { mod: true, alt: true, key: 'Digit0' },
  h1: { mod: true, alt: true, key: 'Digit1' },
  h2: { mod: true, alt: true, key: 'Digit2' },
  h3: { mod: true, alt: true, key: 'Digit3' },
  number: { mod: true, shift: true, key: 'Digit7' },
  bullet: { mod: true, shift: true, key: 'Digit8' },
  check: { mod: true, shift: true, key: 'Digit9' },
  toolbar: { alt: true, key: 'f10' },
  shortcuts: { mod: true, key: '/' },
} satisfies Record<string, Chord>;

/** What Lexical does not do by itself; it knows undo, redo, bold, italic and underline. */
export type ShortcutActions = Pick<TextCommands, 'format' | 'setBlock' | 'toggleList'> & {
  editLink(): void;
  focusToolbar(): void;
};

/** Runs the shortcut of a key press. Returns whether there was one. */
export function runShortcut(event: KeyPress, actions: ShortcutActions, apple: boolean): boolean {
  const is = (chord: Chord): boolean => isChord(event, chord, apple);
  if (is(CHORDS.strikethrough)) actions.format('strikethrough');
  else if (is(CHORDS.code)) actions.format('code');
  else if (is(CHORDS.link)) actions.editLink();
  else if (is(CHORDS.paragraph)) actions.setBlock('paragraph');
  else if (is(CHORDS.h1)) actions.setBlock('h1');
  else if (is(CHORDS.h2)) actions.setBlock('h2');
  else if (is(CHORDS.h3)) actions.setBlock('h3');
  else if (is(CHORDS.number)) actions.toggleList('number');
  else if (is(CHORDS.bullet)) actions.toggleList('bullet');
  else if (is(CHORDS.check)) actions.toggleList('check');
  else if (is(CHORDS.toolbar)) actions.focusToolbar();
  else return false;
  return true;
}

export const isApple = (): boolean => /Mac|iP(?:hone|ad|od)/.test(navigator.platform);
