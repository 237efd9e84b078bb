import type { Box, BoxStore, Clock } from '../../engine/ports.ts';
import { deleteDatabase } from './box-database.ts';
import { openIndexedDbBox } from './indexeddb-box.ts';

const PREFIX = 'sealroom:';

/** The vault in this browser: each box is an IndexedDB database of its own. Needs the global `indexedDB`. */
export function makeBoxStore(clock: Clock): BoxStore {
  const openBoxes = new Map<string, Box>();
  return {
    async open(name) {
      const box = await openIndexedDbBox(`${PREFIX}${name}`, clock);
      openBoxes.set(name, box);
      return box;
    },
    async remove(name) {
      const box = openBoxes.get(name);
      openBoxes.delete(name);
      // Its writes would otherwise make the database anew.
      await box?.close();
      await deleteDatabase(`${PREFIX}${name}`);
    },
  };
}
