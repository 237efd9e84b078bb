/** Merging of Yjs updates. `Y.mergeUpdates` is quadratic in their number, so they are merged in small groups, in rounds. */
import * as Y from 'yjs';

const GROUP = 8;

export function mergeInGroups(updates: readonly Uint8Array[]): Uint8Array {
  let round = [...updates];
  if (round.length === 0) throw new Error('nothing to merge');
  while (round.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < round.length; i += GROUP) next.push(Y.mergeUpdates(round.slice(i, i + GROUP)));
    round = next;
  }
  return round[0] as Uint8Array;
}

/** How many of the first updates fit into `maxBytes` together; at least one. Merging never makes them longer. */
export function prefixWithin(updates: readonly Uint8Array[], maxBytes: number): number {
  let bytes = 0;
  for (const [index, update] of updates.entries()) {
    bytes += update.length;
    if (bytes > maxBytes) return Math.max(1, index);
  }
  return updates.length;
}
