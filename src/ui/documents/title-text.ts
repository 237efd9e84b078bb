/** The title is a Y.Text behind an input: edits go in as one splice, and the caret follows what others write. */

export type Splice = { readonly index: number; readonly remove: number; readonly insert: string };

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;

/**
 * The smallest splice that turns `before` into `after`, or null when they are equal. `caret` is where the edit ended in
 * `after`: among equal letters it decides which of them are new. Surrogate pairs are never cut.
 */
export function spliceBetween(before: string, after: string, caret = after.length): Splice | null {
  if (before === after) return null;
  // What follows the caret was not touched, so it is matched first.
  const longest = Math.min(before.length, after.length);
  let tail = 0;
  const maxTail = Math.min(longest, Math.max(after.length - caret, 0));
  while (tail < maxTail && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  let head = 0;
  while (head < longest - tail && before[head] === after[head]) head += 1;
  while (head + tail < longest && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  if (head > 0 && isHighSurrogate(before.charCodeAt(head - 1))) head -= 1;
  if (tail > 0 && tail < before.length && isHighSurrogate(before.charCodeAt(before.length - tail - 1))) tail -= 1;
  else if (tail > 0 && tail < after.length && isHighSurrogate(after.charCodeAt(after.length - tail - 1))) tail -= 1;
  return { index: head, remove: before.length - tail - head, insert: after.slice(head, after.length - tail) };
}

export const applySplice = (text: string, splice: Splice): string =>
  text.slice(0, splice.index) + splice.insert + text.slice(splice.index + splice.remove);

/** One step of a Y.Text event's delta, as far as plain text goes. */
export type DeltaStep = {
  readonly retain?: number | undefined;
  readonly delete?: number | undefined;
  readonly insert?: unknown;
};

/** Where a caret stands after somebody else's change. At the very place of an insertion it stays before it. */
export function moveCaret(caret: number, delta: readonly DeltaStep[]): number {
  let index = 0;
  let moved = caret;
  for (const step of delta) {
    if (step.retain !== undefined) {
      index += step.retain;
    } else if (step.delete !== undefined) {
      if (index < moved) moved = Math.max(index, moved - step.delete);
    } else if (typeof step.insert === 'string') {
      if (index < moved) moved += step.insert.length;
      index += step.insert.length;
    }
  }
  return moved;
}
