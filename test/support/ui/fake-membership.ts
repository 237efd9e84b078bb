import type { AccountState } from '../../../src/engine/accounts/api.ts';
import type { EngineState, RoomState } from '../../../src/engine/api.ts';
import type {
  ClosedPart,
  LinkTerms,
  Member,
  MembershipCommands,
  MembershipFailure,
  MembershipOutcome,
  RoomLink,
  RoomPeople,
} from '../../../src/engine/membership/api.ts';
import type { Invitation } from '../../../src/engine/membership/invitation.ts';
import type { Knock } from '../../../src/engine/membership/knock.ts';
import type { RoomSecurity } from '../../../src/engine/security/api.ts';
import { NO_LIMITS } from '../../../src/wire/epoch.ts';
import type { DeviceId, PrincipalId, RoomId } from '../../../src/wire/ids.ts';
import type { LinkRole } from '../../../src/wire/link.ts';
import { type Role, roleRank } from '../../../src/wire/roles.ts';

const id = (letter: string): PrincipalId => `${letter.repeat(42)}A` as PrincipalId;
const DEVICE = `${'d'.repeat(42)}A` as DeviceId;
const done = { ok: true, value: null } as const;
const fail = (reason: MembershipFailure) => ({ ok: false, reason }) as const;

/** What of the engine this changes. */
type Host = {
  readonly state: EngineState;
  readonly known: ReadonlyMap<string, unknown>;
  readonly rekeyed: ReadonlySet<string>;
  setRoom(room: string, change: Partial<RoomState>): void;
  setAccount(change: Partial<AccountState>): void;
  forget(room: RoomId): Promise<void>;
};

/** Who is in which room, without epochs: what an engine would answer once the change is in the log. */
export class FakeMembership implements MembershipCommands {
  /** What the next changes are refused with. */
  refusing: { reason: MembershipFailure; waitSeconds?: number } | null = null;
  /** Changes wait for this: a slow network. */
  pace: Promise<unknown> = Promise.resolve();
  /** The changes that were asked for, refused ones too. */
  readonly asked: string[] = [];
  readonly #host: Host;
  readonly #securityByRoom = new Map<string, RoomSecurity>();
  /** What can be saved after an alarm. */
  evidenceFile: string | null = null;
  readonly #partsByRoom = new Map<string, readonly (ClosedPart & { readonly state: Uint8Array })[]>();
  readonly #peopleByRoom = new Map<string, RoomPeople>();
  #principals = 0;

  constructor(host: Host) {
    this.#host = host;
  }

  /** Says who is in. */
  setPeople(room: string, change: Partial<RoomPeople>): void {
    this.#peopleByRoom.set(room, { ...this.#peopleOf(room), ...change });
    const before = this.#host.state.rooms.find((known) => known.room === room)?.accessAt ?? 0;
    this.#host.setRoom(room, { accessAt: before + 1 });
  }

  async people(room: RoomId): Promise<RoomPeople | null> {
    return this.#host.state.rooms.some((known) => known.room === room) ? structuredClone(this.#peopleOf(room)) : null;
  }

  /** Says what is known of its keys and history. */
  setSecurity(room: string, change: Partial<RoomSecurity>): void {
    this.#securityByRoom.set(room, { ...this.#securityOf(room), ...change });
    const before = this.#host.state.rooms.find((known) => known.room === room)?.noticed ?? 0;
    this.#host.setRoom(room, { noticed: before + 1 });
  }
  async security(room: RoomId): Promise<RoomSecurity | null> {
    return structuredClone(this.#securityOf(room));
  }
  /** Says which parts were closed, and what they hold. */
  setParts(room: string, parts: readonly (ClosedPart & { readonly state: Uint8Array })[]): void {
    this.#partsByRoom.set(room, parts);
    this.#host.setRoom(room, { part: parts.length, earlierParts: parts.length });
  }
  async earlierParts(room: RoomId): Promise<readonly ClosedPart[]> {
    return structuredClone(this.#partsByRoom.get(room) ?? []).map(({ state: _, ...part }) => part);
  }
  async earlierPart(room: RoomId, segment: number): Promise<Uint8Array | null> {
    return this.#partsByRoom.get(room)?.find((part) => part.segment === segment)?.state ?? null;
  }
  async evidence(): Promise<string | null> {
    return this.evidenceFile;
  }
  async acknowledge(room: RoomId): Promise<void> {
    this.#host.setRoom(room, { alarm: null });
  }

  async invite(room: RoomId, name: string, role: Role) {
    return this.#change(`invite ${name} ${role}`, () => {
      const { account } = this.#host.state;
      if (account === null) return fail('no-account');
      if (!this.#host.known.has(name)) return fail('unknown-name');
      if (this.#host.rekeyed.has(name)) return fail('key-changed');
      const people = this.#peopleOf(room);
      if (name === account.name || people.members.some((member) => member.name === name)) return fail('already-member');
      const contact = account.contacts.find((known) => known.name === name);
      const principal = contact?.principal ?? this.#newPrincipal();
      if (!contact) {
        const contacts = [...account.contacts, { name, principal, verified: false, changedTo: null }];
        this.#host.setAccount({ contacts });
      }
      const member: Member = {
        principal,
        role,
        name,
        verified: contact?.verified ?? false,
        isSelf: false,
        devices: 1,
      };
      this.setPeople(room, { members: inOrder([...people.members, member]) });
      return done;
    });
  }

  async setRole(room: RoomId, principal: PrincipalId, role: Role) {
    return this.#change(`role ${role}`, () => {
      const { members, links } = this.#peopleOf(room);
      const member = members.find((known) => known.principal === principal);
      if (!member) return fail('not-member');
      if (isLastOwner(members, member) && role !== 'owner') return fail('last-owner');
      const isWeaker = roleRank(role) < roleRank(member.role);
      this.setPeople(room, {
        members: inOrder(members.map((known) => (known === member ? { ...known, role } : known))),
        links: isWeaker ? [] : links,
        ...(member.isSelf ? { mayManage: role === 'owner' } : {}),
      });
      return done;
    });
  }

  async removeMember(room: RoomId, principal: PrincipalId) {
    return this.#change('remove', () => {
      const { members } = this.#peopleOf(room);
      const member = members.find((known) => known.principal === principal);
      if (!member) return fail('not-member');
      if (isLastOwner(members, member)) return fail('last-owner');
      this.setPeople(room, { members: members.filter((known) => known !== member), links: [] });
      return done;
    });
  }

  async leave(room: RoomId) {
    return this.#change('leave', () => {
      if (!this.#peopleOf(room).mayLeave) return fail('last-owner');
      void this.#host.forget(room);
      return done;
    });
  }

  async makeLink(room: RoomId, role: LinkRole, { password, lastsMs, maxUses }: LinkTerms) {
    return this.#change(`link ${[role, password, lastsMs, maxUses].filter((term) => term !== null).join(' ')}`, () => {
      const principal = this.#newPrincipal();
      const link: RoomLink = {
        principal,
        role,
        path: `/d/${room}#${role}-secret-${principal.slice(0, 1)}`,
        limits: { expiresAt: lastsMs === null ? 0 : Date.now() + lastsMs, maxUses: maxUses ?? 0 },
        hasPassword: password !== null,
      };
      this.setPeople(room, { links: [...this.#peopleOf(room).links, link] });
      return done;
    });
  }

  async revokeLink(room: RoomId, link: PrincipalId) {
    return this.#change('end link', () => {
      const { links } = this.#peopleOf(room);
      if (!links.some(({ principal }) => principal === link)) return fail('not-member');
      this.setPeople(room, { links: links.filter(({ principal }) => principal !== link) });
      return done;
    });
  }

  async renewKeys(room: RoomId) {
    return this.#change('renew', () => {
      this.setPeople(room, {});
      return done;
    });
  }

  async askForAccess(room: RoomId, role: LinkRole) {
    return this.#change(`ask ${role}`, () => {
      if (this.#host.state.account === null) return fail('no-account');
      this.#host.setAccount({ asked: [{ room, askedAt: Date.now() }] });
      return done;
    });
  }

  async lookForKnocks() {
    return done;
  }

  async letIn(room: RoomId, principal: PrincipalId, role: Role) {
    return this.#change(`let in ${role}`, () => {
      const knock = this.#takeKnock(room, principal);
      if (!knock) return fail('not-member');
      const { from, fromName: name } = knock;
      const member: Member = { principal: from, role, name, verified: false, isSelf: false, devices: 1 };
      this.setPeople(room, { members: inOrder([...this.#peopleOf(room).members, member]) });
      return done;
    });
  }

  async turnAway(room: RoomId, principal: PrincipalId) {
    return this.#change('turn away', () => (this.#takeKnock(room, principal) ? done : fail('not-member')));
  }

  async lookForInvitations() {
    return done;
  }

  async acceptInvitation(room: RoomId) {
    return this.#change('accept', () => {
      const invitation = this.#take(room);
      if (!invitation) return fail('not-member');
      const readOnly = ['owner', 'editor'].includes(invitation.role) ? null : 'role';
      this.#host.setRoom(room, { role: invitation.role, kept: 'account', readOnly });
      return done;
    });
  }

  async declineInvitation(room: RoomId) {
    return this.#change('decline', () => (this.#take(room) ? done : fail('not-member')));
  }

  async #change(what: string, act: () => MembershipOutcome<null>): Promise<MembershipOutcome<null>> {
    this.asked.push(what);
    await this.pace;
    return this.refusing === null ? act() : { ok: false, ...this.refusing };
  }

  #take(room: RoomId): Invitation | undefined {
    const invitations = this.#host.state.account?.invitations ?? [];
    this.#host.setAccount({ invitations: invitations.filter((other) => other.room !== room) });
    return invitations.find((invitation) => invitation.room === room);
  }

  #takeKnock(room: RoomId, principal: PrincipalId): Knock | undefined {
    const knocks = this.#host.state.account?.knocks ?? [];
    const taken = knocks.find((knock) => knock.room === room && knock.from === principal);
    this.#host.setAccount({ knocks: knocks.filter((knock) => knock !== taken) });
    return taken;
  }

  #newPrincipal(): PrincipalId {
    this.#principals += 1;
    return id(String.fromCharCode(65 + (this.#principals % 26)));
  }

  /** Until a test says otherwise: a document as it is when it was just made, or as a link opens it. */
  #peopleOf(room: string): RoomPeople {
    const people = this.#peopleByRoom.get(room) ?? this.#firstPeople(room);
    this.#peopleByRoom.set(room, people);
    const { account } = this.#host.state;
    const isIn = account !== null && people.members.some(({ isSelf }) => isSelf);
    return {
      ...people,
      mayLeave: isIn && !people.members.some((member) => member.isSelf && isLastOwner(people.members, member)),
    };
  }

  /** Who is in, and that whoever is named first made it. */
  #securityOf(room: string): RoomSecurity {
    const { members, links } = this.#peopleOf(room);
    const [maker] = members;
    const by = maker ? { device: DEVICE, principal: maker.principal } : null;
    const nobody = { kind: 'account' as const, isSelf: false, verified: false, keyChanged: false, addedBy: null };
    const known = [
      ...members.map(({ principal, name, isSelf, verified }) => [principal, { ...nobody, name, isSelf, verified }]),
      ...links.map(({ principal }) => [principal, { ...nobody, kind: 'link', name: null }]),
    ];
    const shown = { device: DEVICE, when: null, name: null, isThis: false };
    const before: Partial<RoomSecurity> = this.#securityByRoom.get(room) ?? {};
    return {
      epoch: { number: 1, when: null, by },
      events: [{ type: 'created', seq: 1, when: null, by }],
      older: 0,
      devices: Object.fromEntries(members.map(({ principal, isSelf }) => [principal, [{ ...shown, isThis: isSelf }]])),
      names: Object.fromEntries(known),
      hasEvidence: false,
      ...before,
    };
  }

  #firstPeople(room: string): RoomPeople {
    const { account, rooms } = this.#host.state;
    const role = rooms.find((known) => known.room === room)?.role ?? null;
    const owns = role === 'owner';
    const owner: Member = {
      principal: owns ? (account?.principal ?? id('a')) : id('o'),
      role: 'owner',
      name: owns ? (account?.name ?? null) : null,
      verified: false,
      isSelf: owns,
      devices: 1,
    };
    const links: RoomLink[] = [
      { principal: id('e'), role: 'editor', path: `/d/${room}#edit-secret`, limits: NO_LIMITS, hasPassword: false },
      { principal: id('v'), role: 'viewer', path: `/d/${room}#view-secret`, limits: NO_LIMITS, hasPassword: false },
    ];
    const shown =
      role === 'viewer' ? links.map((link) => (link.role === 'editor' ? { ...link, path: null } : link)) : links;
    return { members: [owner], links: shown, newcomers: 'see-all', mayManage: owns, mayLeave: false };
  }
}

const isLastOwner = (members: readonly Member[], { role }: Member): boolean =>
  role === 'owner' && members.filter((other) => other.role === 'owner').length === 1;

const inOrder = (members: readonly Member[]): readonly Member[] =>
  [...members].sort((a, b) =>
    a.role === 'owner' && b.role !== 'owner'
      ? -1
      : b.role === 'owner' && a.role !== 'owner'
        ? 1
        : (a.name ?? '~') < (b.name ?? '~')
          ? -1
          : 1,
  );
