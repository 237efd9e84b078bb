import type { RoomState } from '../../engine/api.ts';
import { shownTitle } from '../documents/save-state.ts';
import { strings } from '../strings.ts';

/** The account's documents whose changes would be lost with this device, each as a line of text. */
export function describeUnsent(rooms: readonly Pick<RoomState, 'title' | 'kept' | 'saved'>[]): readonly string[] {
  return rooms
    .filter(
      ({ kept, saved }) =>
        kept === 'account' && saved.at !== 'relay' && !(saved.at === 'device' && saved.waiting === 0),
    )
    .map((room) => strings.home.unsentDocument(shownTitle(room), room.saved.at === 'device' ? room.saved.waiting : 0));
}
