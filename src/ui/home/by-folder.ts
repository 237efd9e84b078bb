import type { Folder } from '../../engine/accounts/api.ts';
import type { RoomState } from '../../engine/api.ts';

export type FolderContent = { readonly folder: Folder; readonly rooms: readonly RoomState[] };
export type ByFolder = { readonly outside: readonly RoomState[]; readonly folders: readonly FolderContent[] };

/** Documents where they are kept, in the order in which they come. One whose folder is not there is outside of any. */
export function sortByFolder(rooms: readonly RoomState[], folders: readonly Folder[]): ByFolder {
  const known = new Set(folders.map(({ id }) => id));
  return {
    outside: rooms.filter(({ folder }) => folder === null || !known.has(folder)),
    folders: folders.map((folder) => ({ folder, rooms: rooms.filter((room) => room.folder === folder.id) })),
  };
}
