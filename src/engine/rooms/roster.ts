/** Who is in the room and by which links, as its log says; and what this device may change about it. */
import { equalBytes } from '../../wire/bytes.ts';
import { type LinkLimits, type Newcomers, NO_LIMITS } from '../../wire/epoch.ts';
import type { Hash, PrincipalId } from '../../wire/ids.ts';
import { LINK_SECRET_BYTES, type LinkRole } from '../../wire/link.ts';
import type { Role } from '../../wire/roles.ts';
import type { ShareLinks } from '../api.ts';
import { type HeldLink, keySource } from '../epochs/held-link.ts';
import { linkKeys, linkPrincipal, passwordKeyOf } from '../epochs/link-keys.ts';
import { linkPath, linksOfEntrance } from '../epochs/share-links.ts';
import type { AccessRequest } from '../membership/access-change.ts';
import type { MembershipOutcome, RoomLink } from '../membership/api.ts';
import type { AccessRequests } from '../membership/requests.ts';
import type { KeyStretching, Random } from '../ports.ts';
import type { RelaySession } from '../sync/relay-session.ts';
import type { Entrance, RoomVault } from '../vault/room-vault.ts';
import type { HeldLog } from './held-log.ts';
import type { Writer } from './outbox.ts';
import type { Publication } from './publication.ts';
import type { RelayLine } from './relay-line.ts';
import type { Rights } from './rights.ts';

export type RosterParts = {
  readonly entrance: Entrance;
  readonly writer: Writer;
  readonly held: HeldLog;
  readonly publication: Publication;
  readonly rights: Rights;
  readonly requests: AccessRequests;
  readonly session: RelaySession;
  readonly random: Random;
  readonly keyStretching: KeyStretching | undefined;
  readonly vault: RoomVault;
  readonly line: () => RelayLine;
};

export type RosterMember = { readonly principal: PrincipalId; readonly role: Role; readonly devices: number };

export type Roster = {
  readonly members: readonly RosterMember[];
  readonly links: readonly RoomLink[];
  readonly newcomers: Newcomers;
  readonly mayManage: boolean;
  /** Whose device this is, if it stands for an account that is in the room. */
  readonly self: PrincipalId | null;
};

export class RoomRoster {
  readonly #parts: RosterParts;
  readonly #made: HeldLink[];

  /** `made`: links that were made on a device of this account. */
  constructor(parts: RosterParts, made: readonly HeldLink[]) {
    this.#parts = parts;
    this.#made = [...made];
  }

  /** Made on a device of this account, and not ended. */
  get madeLinks(): readonly HeldLink[] {
    return this.#made.filter((link) => this.#isAlive(link));
  }
  learnLinks(links: readonly HeldLink[]): void {
    const fresh = links.filter(({ secret }) => !this.#made.some((known) => equalBytes(known.secret, secret)));
    if (fresh.length === 0) return;
    this.#made.push(...fresh);
    this.#parts.vault.write({ links: fresh });
  }

  /** Null: nothing of the room was read yet. */
  read(): Roster | null {
    const { held, writer, rights } = this.#parts;
    const { access } = held.reader;
    if (!access) return null;
    const { principal } = writer.identity;
    const alive = new Map(this.#alive.map((link) => [linkPrincipal(keySource(link)), link]));
    const entries = access.core.access.filter((entry) => access.members.has(entry.principal));
    const members = entries.flatMap(({ principal: member, kind, role }) =>
      kind === 'account' ? [{ principal: member, role, devices: access.lists.get(member)?.devices.length ?? 0 }] : [],
    );
    const links = entries.flatMap(({ principal: link, kind, role }): RoomLink[] => {
      if (kind !== 'link') return [];
      const held = alive.get(link);
      const path = held ? linkPath(access.room, held, access.anchor) : null;
      const { expiresAt, maxUses } = access.core.links.find((known) => known.principal === link) ?? NO_LIMITS;
      const hasPassword = held?.passwordKey !== undefined;
      return [{ principal: link, role: role as LinkRole, path, limits: { expiresAt, maxUses }, hasPassword }];
    });
    const isOwn = access.members.get(principal)?.kind === 'account';
    const mayManage = isOwn && rights.role === 'owner';
    const { newcomers } = access.core;
    return { members, links, newcomers, mayManage, self: isOwn ? principal : null };
  }

  /** What may be handed on from here: the newest of each kind. `epochHash`: of the epoch record that they name [LI1]. */
  shareLinks(epochHash: Hash | null): ShareLinks {
    const { room } = this.#parts.writer;
    const path = (role: LinkRole): string | null => {
      const link = this.#alive.findLast((held) => held.role === role);
      return link && epochHash ? linkPath(room, link, epochHash) : null;
    };
    return { edit: path('editor'), view: path('viewer') };
  }

  get #alive(): HeldLink[] {
    return [...linksOfEntrance(this.#parts.entrance), ...this.#made].filter((link) => this.#isAlive(link));
  }
  #isAlive(link: HeldLink): boolean {
    const { access } = this.#parts.held.reader;
    return access === null || access.members.has(linkPrincipal(keySource(link)));
  }

  /** Resolves when the room is as it was asked for. */
  async ask(wants: AccessRequest | { readonly type: 'leave' }): Promise<MembershipOutcome<null>> {
    const { session, requests, publication, line } = this.#parts;
    if (!session.isOnline || publication.genesis) return { ok: false, reason: 'offline' };
    const asked = requests.ask(wants);
    line().pump();
    return asked;
  }

  /** Its secret is kept before anybody hears of it. `password`: as typed; null: none. */
  async makeLink(role: LinkRole, password: string | null, limits: LinkLimits): Promise<MembershipOutcome<null>> {
    const { random, keyStretching } = this.#parts;
    const secret = random.bytes(LINK_SECRET_BYTES);
    const link: HeldLink =
      password === null
        ? { role, secret }
        : { role, secret, passwordKey: await passwordKeyOf(secret, password, keyStretching) };
    const { principal, kem } = linkKeys(keySource(link));
    this.learnLinks([link]);
    return this.ask({ type: 'make-link', principal, role, kemKey: kem.publicKey, limits });
  }
}
