import type { PrincipalId, RoomId } from '../../wire/ids.ts';
import type { LinkRole } from '../../wire/link.ts';

/** Somebody asks to be let into a room that one's account owns. */
export type Knock = {
  readonly room: RoomId;
  /** What they wish for. */
  readonly role: LinkRole;
  readonly from: PrincipalId;
  /** The name that the service gives for whoever asks. */
  readonly fromName: string;
  /** The key of that name is pinned, and is the one that has signed this. */
  readonly fromKnown: boolean;
  /** Milliseconds since 1970, by the server's clock. */
  readonly askedAt: number;
};
