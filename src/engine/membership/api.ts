/** What a screen may ask about who is in a room, and what it is told. All values can be cloned between threads. */
import type { LinkLimits, Newcomers, PrincipalKind } from '../../wire/epoch.ts';
import type { PrincipalId, RoomId } from '../../wire/ids.ts';
import type { LinkRole } from '../../wire/link.ts';
import type { Reason } from '../../wire/refusals.ts';
import type { Role } from '../../wire/roles.ts';
import type { AccountFailure } from '../accounts/api.ts';
import type { RoomSecurity } from '../security/api.ts';

/** Why a change of who is in a room was not made. Nothing of it was. */
export type MembershipFailure =
  /** `offline`: the server was not reached within a while. The change may be in the room all the same, which then shows it. */
  | AccountFailure
  /** The relay's or the chain's own reasons, where they end a change for good. */
  | Reason
  /** Only owners change who is in. */
  | 'not-owner'
  /** A room keeps an owner: hand it over first. */
  | 'last-owner'
  | 'already-member'
  | 'not-member'
  /** This device has no account, and people are invited by name only. */
  | 'no-account';

export type MembershipOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: MembershipFailure; readonly waitSeconds?: number };

export type Member = {
  readonly principal: PrincipalId;
  readonly role: Role;
  /** What one calls this person: the name whose key was pinned, or one's own. Null: nobody that one knows. */
  readonly name: string | null;
  /** The safety numbers were compared. */
  readonly verified: boolean;
  readonly isSelf: boolean;
  /** How many devices the room's log knows of. */
  readonly devices: number;
};

export type RoomLink = {
  readonly principal: PrincipalId;
  readonly role: LinkRole;
  /** Path and fragment, to be put behind the server's address. Null: its secret is not on this device. */
  readonly path: string | null;
  /** The relay alone keeps them [LI4]. */
  readonly limits: LinkLimits;
  /** As far as is known here: without its secret nobody can tell. */
  readonly hasPassword: boolean;
};

/** What a new link asks for beside its secret. */
export type LinkTerms = {
  /** As typed. Null: none. */
  readonly password: string | null;
  /** From now on. Milliseconds; null: for ever. */
  readonly lastsMs: number | null;
  /** Devices that may come in by it. Null: any number. */
  readonly maxUses: number | null;
};

export type RoomPeople = {
  /** Owners first, then by name. */
  readonly members: readonly Member[];
  readonly links: readonly RoomLink[];
  /** Whether who is let in sees what was written before. */
  readonly newcomers: Newcomers;
  /** This device may change who is in. */
  readonly mayManage: boolean;
  /** This device's account is in the room, and not its last owner. */
  readonly mayLeave: boolean;
};

/** A part of a document that was closed when somebody came in who starts empty. */
export type ClosedPart = {
  readonly segment: number;
  /** The word of whoever let them in. Milliseconds since 1970; null: the log here does not say. */
  readonly closedAt: number | null;
  /** `name`: null for somebody whom one does not know, and for links. */
  readonly cameIn: readonly { readonly kind: PrincipalKind; readonly name: string | null; readonly isSelf: boolean }[];
};

export interface MembershipCommands {
  /** Null: this device does not know the room, or has read nothing of it yet. Ask again when `RoomState.accessAt` changes. */
  people(room: RoomId): Promise<RoomPeople | null>;
  /**
   * The security log, and the keys and devices that it is about. Null as above. Ask again when `accessAt` or `noticed` of
   * `RoomState` change, or who one's contacts are.
   */
  security(room: RoomId): Promise<RoomSecurity | null>;
  /** Closed parts that can be read on this device, in order. Ask again when `earlierParts` of `RoomState` changes. */
  earlierParts(room: RoomId): Promise<readonly ClosedPart[]>;
  /** What it holds, as a Yjs update. Null: it is not on this device. */
  earlierPart(room: RoomId, segment: number): Promise<Uint8Array | null>;
  /** The text of a file that shows what alarms were about (docs/security.md). Null: there was none. */
  evidence(room: RoomId): Promise<string | null>;
  /** The person has read what was noticed: `RoomState.alarm` is null until there is something new. */
  acknowledge(room: RoomId): Promise<void>;
  /** Puts a person into the room, by exact user name, and tells that person. Pins the key at the first time. */
  invite(room: RoomId, name: string, role: Role): Promise<MembershipOutcome<null>>;
  /** Whoever gets a weaker role takes all links along: make new ones. */
  setRole(room: RoomId, principal: PrincipalId, role: Role): Promise<MembershipOutcome<null>>;
  /** All links end with it. */
  removeMember(room: RoomId, principal: PrincipalId): Promise<MembershipOutcome<null>>;
  /** Goes out of the room and removes it from all devices of the account. */
  leave(room: RoomId): Promise<MembershipOutcome<null>>;
  makeLink(room: RoomId, role: LinkRole, terms: LinkTerms): Promise<MembershipOutcome<null>>;
  /** Whoever came by it is out, until somebody gives another way in. */
  revokeLink(room: RoomId, link: PrincipalId): Promise<MembershipOutcome<null>>;
  /** Asks the owners to be let in, where no link does it. Again takes the place of the last time. */
  askForAccess(room: RoomId, role: LinkRole): Promise<MembershipOutcome<null>>;
  /** Asks the service who waits at a room that this device manages; from then on now and then, while the room is open. */
  lookForKnocks(room: RoomId): Promise<MembershipOutcome<null>>;
  /** Puts somebody who asked into the room, like `invite`. `role`: what the owner decides. */
  letIn(room: RoomId, principal: PrincipalId, role: Role): Promise<MembershipOutcome<null>>;
  /** Whoever asked hears nothing of it, and may ask again. */
  turnAway(room: RoomId, principal: PrincipalId): Promise<MembershipOutcome<null>>;
  /** A fresh secret for the same people. */
  renewKeys(room: RoomId): Promise<MembershipOutcome<null>>;
  /** Asks the service what invitations wait. They are asked for now and then too. */
  lookForInvitations(): Promise<MembershipOutcome<null>>;
  acceptInvitation(room: RoomId): Promise<MembershipOutcome<null>>;
  /** Leaves the room, which nobody of the account has seen. */
  declineInvitation(room: RoomId): Promise<MembershipOutcome<null>>;
}
