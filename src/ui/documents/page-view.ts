import type { AccountState } from '../../engine/accounts/api.ts';
import type { EngineProblem, RoomFailure, RoomState } from '../../engine/api.ts';
import { SHUT_OUT } from '../../wire/refusals.ts';

/** How far a share link in the address bar has got. */
export type LinkOpening =
  | { readonly at: 'none' }
  | { readonly at: 'opening' }
  /** `failure`: why the one that was tried last does not do. */
  | { readonly at: 'password'; readonly busy: boolean; readonly failure: 'wrong-password' | null }
  | { readonly at: 'failed'; readonly reason: RoomFailure | 'storage-denied' | 'storage-full' };

export type PageView =
  | { readonly show: 'document'; readonly room: RoomState }
  | { readonly show: 'opening' }
  | { readonly show: 'link-password'; readonly busy: boolean; readonly failure: 'wrong-password' | null }
  | { readonly show: 'link-failed'; readonly reason: RoomFailure | 'storage-denied' | 'storage-full' }
  | { readonly show: 'room-failed'; readonly reason: RoomFailure }
  | { readonly show: 'missing' };

/** What a document's page shows: the one place that decides it. */
export function pageView(room: RoomState | undefined, link: LinkOpening): PageView {
  if (link.at === 'failed') return { show: 'link-failed', reason: link.reason };
  if (link.at === 'password') return { show: 'link-password', busy: link.busy, failure: link.failure };
  if (room === undefined) return link.at === 'opening' ? { show: 'opening' } : { show: 'missing' };
  if (room.phase === 'failed') return { show: 'room-failed', reason: room.failure ?? 'damaged-vault' };
  return room.phase === 'opening' ? { show: 'opening' } : { show: 'document', room };
}

/** The relay does not let this device in, or not any more. */
export const isShutOut = ({ failure }: Pick<RoomState, 'failure'>): boolean =>
  failure !== null && SHUT_OUT.has(failure);

/** Whether the person may write here and now. What is written after a device was removed from its account, or its person from the room, is never sent. */
export function isWritable(
  room: Pick<RoomState, 'phase' | 'failure' | 'readOnly' | 'role'>,
  problem: EngineProblem | null,
  access: AccountState['access'] = 'in',
): boolean {
  if (access === 'revoked' || isShutOut(room)) return false;
  if (room.phase !== 'ready' || room.readOnly !== null || problem?.type === 'retired') return false;
  return room.role === 'owner' || room.role === 'editor';
}
