import { onCleanup } from 'solid-js';
import { CHORDS, isApple, isChord } from './editor/shortcuts.ts';

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** Ctrl or Cmd with "/" anywhere, and "?" where it is not text. */
export function createHelpKey(open: () => void): void {
  const onKeyDown = (event: KeyboardEvent): void => {
    const plain = isChord(event, { key: '?' }, isApple()) && !isTyping(event.target);
    if (!plain && !isChord(event, CHORDS.shortcuts, isApple())) return;
    event.preventDefault();
    open();
  };
  window.addEventListener('keydown', onKeyDown);
  onCleanup(() => window.removeEventListener('keydown', onKeyDown));
}
