/** A room of a run: its id and links, and what honest devices may notice in it. */
import { linkPrincipal } from '../../../src/engine/epochs/link-keys.ts';
import type { AccessRequest } from '../../../src/engine/membership/access-change.ts';
import type { PrincipalId, RoomId } from '../../../src/wire/ids.ts';
import type { LinkRole } from '../../../src/wire/link.ts';
import type { Role } from '../../../src/wire/roles.ts';
import { secretOf } from '../link-reader.ts';
import type { HostileAccount } from './hostile/hostile-account.ts';
import type { HostileMember } from './hostile/hostile-member.ts';
import type { LogFollower } from './log-follower.ts';

/** What a person asks to change about who is in. */
export type Request = AccessRequest | { readonly type: 'leave' };

export type { Role } from '../../../src/wire/roles.ts';

/** The newest of each kind; they may have been ended. */
export type Links = { readonly edit: string; readonly view: string };

export class SimRoom {
  readonly id: RoomId;
  readonly name: string;
  #links: Links;
  readonly hostile: HostileMember[] = [];
  readonly hostileAccounts: HostileAccount[] = [];
  /** Accounts that were let in at some time. */
  readonly hadMembers = new Set<PrincipalId>();
  /** What was answered as done. */
  readonly granted: Request[] = [];
  /** Who is in, by the relay's log. */
  readonly follower: LogFollower;
  /** Somebody has asked for something that may end links. */
  linksMayEnd = false;
  /** Somebody signalled a head that is not in the log. */
  saysForked = false;

  constructor(id: RoomId, name: string, links: Links, follower: LogFollower) {
    this.id = id;
    this.name = name;
    this.#links = links;
    this.follower = follower;
  }

  get links(): Links {
    return this.#links;
  }
  /** An owner has made one. */
  learnLink(role: LinkRole, path: string | null): void {
    if (path) this.#links = { ...this.#links, [role === 'editor' ? 'edit' : 'view']: path };
  }
  linkFor(role: Role): string {
    return role === 'viewer' ? this.#links.view : this.#links.edit;
  }
  principalOfLink(role: Role): PrincipalId {
    return linkPrincipal(secretOf(this.linkFor(role), this.id));
  }
  /** What stands behind the `#` of the link that gives this role. */
  fragmentFor(role: Role): string {
    return this.linkFor(role).split('#')[1] ?? '';
  }
}
