import type { PrincipalId, RoomId } from '../../src/wire/ids.ts';

/**
 * Which accounts own a room, as its log says now. Null: there is no such room. The service knows rooms by nothing else; the relay,
 * which reads the logs, answers.
 * @throws StorageFailed
 */
export type OwnersOf = (room: RoomId) => Promise<ReadonlySet<PrincipalId> | null>;
