import type { Connection, RoomState, Saved } from '../../engine/api.ts';
import { strings } from '../strings.ts';

/** `good`: at the relay. `kept`: safe on this device. `busy`: only in memory. `bad`: the person has to act. */
export type SaveTone = 'good' | 'kept' | 'busy' | 'bad';
export type SaveState = { readonly text: string; readonly tone: SaveTone };

/** What is said about the person's changes. Never more than is true. */
export function describeSaved(saved: Saved, connection: Connection): SaveState {
  const words = strings.saved;
  switch (saved.at) {
    case 'refused':
      return { text: words.refused(strings.refusals[saved.reason].what), tone: 'bad' };
    case 'nowhere':
      return { text: words.nowhere(strings.storage[saved.fault].what), tone: 'bad' };
    case 'memory':
      return { text: words.memory, tone: 'busy' };
    case 'device':
      return {
        text: connection === 'offline' && saved.waiting > 0 ? words.offline(saved.waiting) : words.device,
        tone: 'kept',
      };
    case 'relay':
      return { text: words.relay, tone: 'good' };
  }
}

const RANK: Readonly<Record<SaveTone, number>> = { good: 0, kept: 1, busy: 2, bad: 3 };

/** Whether `next` promises more than `shown`: such news may wait a moment, so that typing does not make the text flicker. */
export const isCalmer = (shown: SaveState, next: SaveState): boolean => RANK[next.tone] < RANK[shown.tone];

/** Said beside the save state when the text alone does not show that there is no connection. */
export const isOfflineAside = (saved: Saved, connection: Connection): boolean =>
  connection === 'offline' && !(saved.at === 'device' && saved.waiting > 0);

/** Known to be in the account, but nothing of it has come to this device yet. */
export const isArriving = (room: Pick<RoomState, 'title' | 'role' | 'phase' | 'kept'>): boolean =>
  room.kept === 'account' && room.role === null && room.phase !== 'failed' && room.title.trim() === '';

export const shownTitle = (room: Pick<RoomState, 'title'>): string => room.title.trim() || strings.documents.untitled;
