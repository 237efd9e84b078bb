import type { PrincipalId, RoomId } from '../../wire/ids.ts';
import type { Role } from '../../wire/roles.ts';

/** Somebody put one's account into a room. It is nowhere on this device yet. */
export type Invitation = {
  readonly room: RoomId;
  readonly role: Role;
  readonly from: PrincipalId;
  /** The name that the service gives for whoever sent it. */
  readonly fromName: string;
  /** The key of that name is pinned, and is the one that sent this. */
  readonly fromKnown: boolean;
  /** Milliseconds since 1970, by the server's clock. */
  readonly sentAt: number;
};
