import type * as Y from 'yjs';
import { MAX_TITLE_LENGTH } from '../../wire/document.ts';
import { type DeltaStep, moveCaret, spliceBetween } from './title-text.ts';

/**
 * Keeps an input and the title's Y.Text in step: what is typed goes in as one small splice, what others write appears
 * without moving the caret from its letter.
 *
 * While a character is being composed the input is left alone. `base` is the text that the input started from then, and
 * `missed` what others did since, so that what was composed lands where it belongs and undoes nobody's change.
 */
export function bindTitle(input: HTMLInputElement, title: Y.Text, isWritable: () => boolean): () => void {
  let base = title.toString();
  let missed: (readonly DeltaStep[])[] = [];
  let composing = false;

  const show = (caret: number | null): void => {
    base = title.toString();
    missed = [];
    if (input.value === base) return;
    input.value = base;
    if (caret !== null && document.activeElement === input) input.setSelectionRange(caret, caret);
  };
  const throughMissed = (index: number): number => missed.reduce((at, delta) => moveCaret(at, delta), index);

  const onInput = (): void => {
    if (composing) return;
    // Longer than allowed only when others added to it: then it may shrink, but not grow.
    const limit = Math.max(MAX_TITLE_LENGTH, base.length);
    const splice = spliceBetween(base, input.value.slice(0, limit), input.selectionStart ?? undefined);
    const caret = throughMissed(input.selectionStart ?? 0);
    if (splice !== null && isWritable()) {
      const from = throughMissed(splice.index);
      const to = throughMissed(splice.index + splice.remove);
      title.doc?.transact(() => {
        if (to > from) title.delete(from, to - from);
        if (splice.insert !== '') title.insert(from, splice.insert);
      }, input);
    }
    show(caret);
  };
  const onTitle = (event: Y.YTextEvent, transaction: Y.Transaction): void => {
    if (transaction.origin === input) return;
    if (composing) missed.push(event.delta);
    else show(moveCaret(input.selectionStart ?? 0, event.delta));
  };
  const onCompositionStart = (): void => {
    composing = true;
  };
  const onCompositionEnd = (): void => {
    composing = false;
    onInput();
  };

  show(null);
  title.observe(onTitle);
  const listeners = { input: onInput, compositionstart: onCompositionStart, compositionend: onCompositionEnd };
  for (const [type, listener] of Object.entries(listeners)) input.addEventListener(type, listener);
  return () => {
    title.unobserve(onTitle);
    for (const [type, listener] of Object.entries(listeners)) input.removeEventListener(type, listener);
  };
}
