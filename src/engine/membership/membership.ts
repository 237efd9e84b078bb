/**
 * All that a person can do about who is in a room, put together: looking people up, asking the room's chain for the change, leaving a
 * note for whoever was invited.
 */
import { NO_LIMITS } from '../../wire/epoch.ts';
import type { DeviceId, PrincipalId, RoomId } from '../../wire/ids.ts';
import type { Role } from '../../wire/roles.ts';
import type { Contact } from '../accounts/api.ts';
import type { Found, People } from '../accounts/people.ts';
import type { Self } from '../accounts/self.ts';
import { StorageFault } from '../ports.ts';
import type { Room } from '../rooms/room.ts';
import type { RosterMember } from '../rooms/roster.ts';
import type { AccessRequest } from './access-change.ts';
import type { Member, MembershipCommands, MembershipFailure, MembershipOutcome, RoomPeople } from './api.ts';
import type { Invitations } from './invitations.ts';
import type { Knocks } from './knocks.ts';
import { roomSecurity } from './room-security.ts';

/** How long whoever accepts or declines waits for the room to be readable. It comes later too. Milliseconds. */
const READABLE_MS = 20_000;

type Commands = { [Name in keyof MembershipCommands]: MembershipCommands[Name] };

export class Membership implements MembershipCommands {
  readonly #self: Self;
  readonly #people: People;
  readonly #invitations: Invitations;
  readonly #knocks: Knocks;
  /** Rooms that are only opened to leave them. */
  readonly #declining = new Set<RoomId>();

  constructor(self: Self, people: People, invitations: Invitations, knocks: Knocks) {
    this.#self = self;
    this.#people = people;
    this.#invitations = invitations;
    this.#knocks = knocks;
  }

  /** Nobody is to see this room: it is being declined. */
  isHidden(room: RoomId): boolean {
    return this.#declining.has(room);
  }

  people: Commands['people'] = async (room): Promise<RoomPeople | null> => {
    const roster = (await this.#self.shelf.open(room))?.roster.read();
    if (!roster) return null;
    const { members, links, newcomers, mayManage, self } = roster;
    const shown = members.map((member) => this.#shown(member, this.#contacts)).sort(byRoleAndName);
    return { members: shown, links, newcomers, mayManage, mayLeave: mayLeave(members, self) };
  };

  get #contacts(): readonly Contact[] {
    return this.#self.home.isReady ? this.#self.home.contacts() : [];
  }

  security: Commands['security'] = async (room) => {
    const opened = await this.#self.shelf.open(room);
    const { identity, account, home } = this.#self;
    const names = home.isReady ? home.devices() : new Map<DeviceId, { readonly name: string }>();
    const known = {
      principal: identity.principal,
      device: identity.device,
      ownName: account?.name ?? null,
      contacts: this.#contacts,
      deviceName: (device: DeviceId) => names.get(device)?.name ?? null,
    };
    return opened ? roomSecurity(opened, known) : null;
  };
  evidence: Commands['evidence'] = async (room) => (await this.#self.shelf.open(room))?.evidence ?? null;
  acknowledge: Commands['acknowledge'] = async (room) => (await this.#self.shelf.open(room))?.acknowledge();

  earlierParts: Commands['earlierParts'] = async (room) => {
    const parts = (await this.#self.shelf.open(room))?.earlierParts ?? [];
    return parts.map(({ segment, end }) => ({
      segment,
      // 0: nobody has said.
      closedAt: end?.at || null,
      cameIn: (end?.cameIn ?? []).map(({ principal, kind }) => ({ kind, ...this.#named(principal) })),
    }));
  };
  earlierPart: Commands['earlierPart'] = async (room, segment) => {
    const parts = (await this.#self.shelf.open(room))?.earlierParts;
    return parts?.find((part) => part.segment === segment)?.state ?? null;
  };

  #named(principal: PrincipalId): Pick<Member, 'name' | 'isSelf'> {
    const { identity, account } = this.#self;
    const isSelf = principal === identity.principal;
    const contact = this.#contacts.find((known) => known.principal === principal);
    return { name: isSelf ? (account?.name ?? null) : (contact?.name ?? null), isSelf };
  }

  #shown({ principal, role, devices }: RosterMember, contacts: readonly Contact[]): Member {
    const contact = contacts.find((known) => known.principal === principal);
    return { principal, role, ...this.#named(principal), verified: contact?.verified ?? false, devices };
  }

  invite: Commands['invite'] = async (room, name, role) => {
    if (!this.#self.account) return refused('no-account');
    const opened = await this.#self.shelf.open(room);
    if (!opened?.roster.read()?.mayManage) return refused('not-owner');
    const found = await this.#people.look(name);
    return found.ok ? this.#admit(opened, found.value, role) : found;
  };

  async #admit(opened: Room, { person, deviceList }: Found, role: Role): Promise<MembershipOutcome<null>> {
    const { room } = opened;
    if (person.pin === 'changed') return refused('key-changed');
    const { principal } = person;
    const before = opened.roster.read()?.members.find((member) => member.principal === principal);
    // Whoever is in already with this role may not have heard of it: the note is left once more.
    if (before && (before.role !== role || principal === this.#self.identity.principal))
      return refused('already-member');
    const added = before ? DONE : await opened.roster.ask({ type: 'add', principal, role, deviceList });
    if (!added.ok) return added;
    const { epochHash } = opened;
    if (!epochHash) return refused('offline');
    return this.#invitations.send(person.name, { room, epochHash, role, recipient: principal });
  }

  askForAccess: Commands['askForAccess'] = async (room, role) => {
    const { account, asked, ports } = this.#self;
    if (!account) return refused('no-account');
    const left = await this.#knocks.ask(room, role);
    if (left.ok) asked.add(room, ports.clock.now());
    return left;
  };
  lookForKnocks: Commands['lookForKnocks'] = async (room) => {
    await this.#self.shelf.open(room);
    return this.#knocks.look(room);
  };
  turnAway: Commands['turnAway'] = (room, principal) => this.#knocks.drop(room, principal);
  letIn: Commands['letIn'] = async (room, principal, role) => {
    const opened = await this.#self.shelf.open(room);
    const knock = this.#knocks.get(room, principal);
    if (!opened || !knock) return refused('not-member');
    const found = await this.#people.look(knock.fromName);
    if (!found.ok) return found;
    // The name is the service's word. Whoever asked is the key that has signed.
    if (found.value.person.principal !== principal) return refused('key-changed');
    const admitted = await this.#admit(opened, found.value, role);
    if (admitted.ok) await this.#knocks.drop(room, principal);
    return admitted;
  };

  setRole: Commands['setRole'] = (room, principal, role) => this.#ask(room, { type: 'role', principal, role });
  removeMember: Commands['removeMember'] = (room, principal) => this.#ask(room, { type: 'remove', principal });
  revokeLink: Commands['revokeLink'] = (room, principal) => this.#ask(room, { type: 'end-link', principal });
  makeLink: Commands['makeLink'] = async (room, role, { password, lastsMs, maxUses }) => {
    const roster = (await this.#self.shelf.open(room))?.roster;
    if (!roster?.read()?.mayManage) return refused('not-owner');
    const expiresAt = lastsMs === null ? NO_LIMITS.expiresAt : this.#self.ports.clock.now() + lastsMs;
    return roster.makeLink(role, password, { expiresAt, maxUses: maxUses ?? NO_LIMITS.maxUses });
  };
  renewKeys: Commands['renewKeys'] = async (room) => {
    const opened = await this.#self.shelf.open(room);
    return this.#ask(room, { type: 'renew', after: opened?.epoch ?? 0 });
  };

  leave: Commands['leave'] = (room) =>
    this.#storing(async () => {
      const opened = await this.#self.shelf.open(room);
      const roster = opened?.roster.read();
      if (!opened || !roster) return refused('offline');
      if (!mayLeave(roster.members, roster.self)) return refused(roster.self ? 'last-owner' : 'not-member');
      const left = await opened.roster.ask({ type: 'leave' });
      if (left.ok) await this.#self.forget(room);
      return left;
    });

  lookForInvitations: Commands['lookForInvitations'] = () => this.#invitations.refresh();
  acceptInvitation: Commands['acceptInvitation'] = (room) =>
    this.#storing(async () => {
      const opened = await this.#enter(room);
      if (!opened.ok) return opened;
      await this.#self.keeper.take(room);
      await this.#invitations.drop(room);
      this.#self.asked.drop(room);
      return DONE;
    });

  declineInvitation: Commands['declineInvitation'] = (room) =>
    this.#storing(async () => {
      // Kept already: then it is left like any other.
      if (this.#self.shelf.has(room)) return this.#invitations.drop(room).then(() => DONE);
      this.#declining.add(room);
      try {
        const opened = await this.#enter(room);
        if (!opened.ok && opened.reason === 'offline') return opened;
        const left = opened.ok ? await opened.value.roster.ask({ type: 'leave' }) : DONE;
        if (left.ok) await this.#invitations.drop(room);
        return left;
      } finally {
        await this.#self.forget(room);
        this.#declining.delete(room);
      }
    });

  /** Opens the room that a note is about. What cannot be read is not kept, unless it was here before, by a link. */
  async #enter(room: RoomId): Promise<MembershipOutcome<Room>> {
    const note = this.#invitations.get(room);
    if (!note) return refused('not-member');
    const { shelf, ports } = this.#self;
    const wasHere = shelf.has(room);
    await shelf.add({ room, entrance: { by: 'account', editSecret: null, epochHash: note.epochHash } });
    const opened = await shelf.open(room);
    const late = new Promise<'late'>((resolve) => void ports.clock.after(READABLE_MS, () => resolve('late')));
    const failure = opened ? await Promise.race([opened.ready(), late]) : 'storage-failed';
    if (opened && failure === null) return { ok: true, value: opened };
    if (!wasHere) await this.#self.forget(room);
    if (failure === 'late') return refused('offline');
    await this.#invitations.drop(room);
    return refused('not-member');
  }

  async #ask(room: RoomId, request: AccessRequest): Promise<MembershipOutcome<null>> {
    const opened = await this.#self.shelf.open(room);
    return opened ? opened.roster.ask(request) : refused('not-member');
  }

  #storing(run: () => Promise<MembershipOutcome<null>>): Promise<MembershipOutcome<null>> {
    return run().catch((error: unknown) => {
      if (!(error instanceof StorageFault)) throw error;
      return refused(error.kind === 'full' ? 'storage-full' : 'storage-denied');
    });
  }
}

const DONE = { ok: true, value: null } as const;
const refused = (reason: MembershipFailure) => ({ ok: false, reason }) as const;

/** A room keeps an owner. */
const mayLeave = (members: readonly RosterMember[], self: PrincipalId | null): boolean =>
  self !== null && members.some(({ principal, role }) => principal !== self && role === 'owner');

const RANK: Readonly<Record<Role, number>> = { owner: 0, editor: 1, commenter: 2, viewer: 3 };

function byRoleAndName(a: Member, b: Member): number {
  if (a.role !== b.role) return RANK[a.role] - RANK[b.role];
  return (a.name ?? '\uffff') < (b.name ?? '\uffff') ? -1 : 1;
}
