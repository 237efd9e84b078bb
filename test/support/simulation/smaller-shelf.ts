/**
 * A Vite plugin: engines in the simulation keep fewer rooms open and warm than the product does, so that rooms rest and wake in
 * runs with two or three of them. The numbers are not handed to the engine, because nothing else needs others.
 */
import type { Plugin } from 'vite';

const FILE = 'src/engine/rooms/room-shelf.ts';
const SMALLER: readonly (readonly [find: string, replace: string])[] = [
  ['const MAX_OPEN_ROOMS = 20;', 'const MAX_OPEN_ROOMS = 1;'],
  ['const WARM_ROOMS = 8;', 'const WARM_ROOMS = 1;'],
];

export function smallerShelf(): Plugin {
  return {
    name: 'smaller-shelf',
    enforce: 'pre',
    transform(code, id) {
      if (!id.split('?')[0]?.endsWith(FILE)) return undefined;
      return SMALLER.reduce((changed, [find, replace]) => {
        if (changed.split(find).length !== 2) throw new Error(`${FILE}: ${find} is not there once`);
        return changed.replace(find, replace);
      }, code);
    },
  };
}
