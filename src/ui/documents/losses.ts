import type { RoomState } from '../../engine/api.ts';
import { strings } from '../strings.ts';

/** What the person would lose by removing a document from this device, beyond the document itself. */
export function describeLosses(
  room: Pick<RoomState, 'saved' | 'role' | 'rescued' | 'kept' | 'earlierParts'>,
): readonly string[] {
  const words = strings.documents;
  const losses: string[] = [];
  const { saved } = room;
  if (saved.at === 'device' && saved.waiting > 0) losses.push(words.removeUnsent(saved.waiting));
  if (saved.at === 'memory' || saved.at === 'nowhere') losses.push(words.removeUnsent(0));
  if (room.rescued) losses.push(words.removeRescued);
  if (room.earlierParts > 0) losses.push(words.removeParts);
  if (room.role === 'owner') {
    losses.push(room.kept === 'account' ? strings.home.removeDocumentOwner : words.removeOwner);
  }
  return losses;
}
