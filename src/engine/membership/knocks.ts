/**
 * Knocks: asking to be let into a room whose link does not open it, and who asks at the rooms that one's account owns.
 *
 * Invariants: what is listed was signed, for this room, by a device on a list that the account asking has signed [KN3]; only name
 * and time are the service's word. Whoever is in already is not listed.
 */
import { concatBytes, equalBytes, WireError } from '../../wire/bytes.ts';
import { decodeDeviceList } from '../../wire/device-list.ts';
import { nothing } from '../../wire/http/fields.ts';
import { KnocksAnswer } from '../../wire/http/knocks.ts';
import { idBytes, type PrincipalId, type RoomId } from '../../wire/ids.ts';
import { decodeKnock, encodeKnock, knockSignedBytes, type SignedKnock } from '../../wire/knock.ts';
import type { LinkRole } from '../../wire/link.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { AccountOutcome } from '../accounts/api.ts';
import type { HomeBook } from '../accounts/home-book.ts';
import type { ServiceClient } from '../accounts/service-client.ts';
import { provenDeviceList } from '../epochs/device-lists.ts';
import type { Identity } from '../epochs/identity.ts';
import type { Cancel, EnginePorts } from '../ports.ts';
import { sign, verify } from '../seal/sodium.ts';
import type { Knock } from './knock.ts';

/** Identity and account are asked for anew each time: a device may sign in and out. */
export interface KnockSelf {
  readonly service: Pick<ServiceClient, 'call'>;
  readonly home: Pick<HomeBook, 'contact' | 'isReady'>;
  readonly identity: Identity;
  readonly account: AccountRecord | null;
  readonly ports: Pick<EnginePorts, 'clock' | 'log'>;
  /** Who is in a room that is open here. Null: it is not open, or this device does not manage it. */
  managed(room: RoomId): ReadonlySet<PrincipalId> | null;
}

/** How often the service is asked again, for each room that is open. Milliseconds. */
const ASK_EVERY_MS = 30_000;
/** Rooms that are asked about again, the last ones. */
const MAX_FOLLOWED = 8;

type Checked = { readonly knock: SignedKnock; readonly fromName: string; readonly askedAt: number };

const DONE = { ok: true, value: null } as const;
const NO_ACCOUNT = { ok: false, reason: 'wrong-state' } as const;

export class Knocks {
  readonly #self: KnockSelf;
  readonly #onChange: () => void;
  #cancelAsking: Cancel | null = null;
  /** What waits at each room that was looked at, the last one last. */
  readonly #byRoom = new Map<RoomId, readonly Checked[]>();

  /** `onChange`: what is listed has changed. */
  constructor(self: KnockSelf, onChange: () => void) {
    this.#self = self;
    this.#onChange = onChange;
  }

  /** Asks the service now and then from now on, whenever `mayAsk` says so. */
  follow(mayAsk: () => boolean): void {
    this.stop();
    this.#cancelAsking = this.#self.ports.clock.after(ASK_EVERY_MS, () => {
      if (mayAsk()) for (const room of [...this.#byRoom.keys()]) void this.look(room);
      this.follow(mayAsk);
    });
  }
  stop(): void {
    this.#cancelAsking?.();
    this.#cancelAsking = null;
  }

  /** Leaves a note at the room. Again takes the place of the one before. */
  async ask(room: RoomId, role: LinkRole): Promise<AccountOutcome<null>> {
    const { service, account, identity } = this.#self;
    if (!account) return NO_ACCOUNT;
    const { principal, device } = identity;
    const unsigned = encodeKnock({ room, role, principal, device, list: decodeDeviceList(identity.list) });
    const note = concatBytes(unsigned, sign(knockSignedBytes(unsigned), identity.signing));
    const left = await service.call('knock', nothing, { note });
    return left.ok ? DONE : left;
  }

  /** Asks who waits at a room that this device manages; of any other nothing is listed. */
  async look(room: RoomId): Promise<AccountOutcome<null>> {
    const { service, account, identity } = this.#self;
    if (!account || !this.#self.managed(room)) {
      this.#forget(room);
      return account ? DONE : NO_ACCOUNT;
    }
    this.#keep(room, this.#byRoom.get(room) ?? []);
    const answer = await service.call('lookForKnocks', KnocksAnswer, { room: idBytes(room) });
    if (!answer.ok) return answer;
    // Signed in as somebody else meanwhile.
    if (this.#self.identity.principal !== identity.principal) return NO_ACCOUNT;
    const checked = answer.value.knocks.flatMap(({ name, askedAt, note }): Checked[] => {
      const knock = this.#check(room, note);
      return knock ? [{ knock, fromName: name, askedAt }] : [];
    });
    this.#keep(room, checked);
    this.#dropMembers(room);
    return DONE;
  }

  /** Oldest first; empty without an account. */
  list(): readonly Knock[] {
    if (!this.#self.account) return [];
    return [...this.#byRoom].flatMap(([room, waiting]) => {
      const members = this.#self.managed(room);
      return waiting.flatMap(({ knock: { note }, fromName, askedAt }): Knock[] => {
        const { principal: from, role } = note;
        if (!members || members.has(from)) return [];
        const contact = this.#self.home.isReady ? this.#self.home.contact(fromName) : undefined;
        const fromKnown = contact?.principal === from && contact.changedTo === null;
        return [{ room, role, from, fromName, fromKnown, askedAt }];
      });
    });
  }

  get(room: RoomId, from: PrincipalId): Knock | undefined {
    return this.list().find((knock) => knock.room === room && knock.from === from);
  }

  /** It was answered, for all devices of all owners. */
  async drop(room: RoomId, from: PrincipalId): Promise<AccountOutcome<null>> {
    const { service, account } = this.#self;
    if (!account) return NO_ACCOUNT;
    const dropped = await service.call('dropKnock', nothing, { room: idBytes(room), principal: idBytes(from) });
    if (!dropped.ok) return dropped;
    const left = (this.#byRoom.get(room) ?? []).filter(({ knock }) => knock.note.principal !== from);
    this.#keep(room, left);
    return DONE;
  }

  /** Whoever was let in another way asks no more. */
  #dropMembers(room: RoomId): void {
    const members = this.#self.managed(room);
    for (const { knock } of this.#byRoom.get(room) ?? [])
      if (members?.has(knock.note.principal)) void this.drop(room, knock.note.principal);
  }

  #keep(room: RoomId, waiting: readonly Checked[]): void {
    const before = this.#byRoom.get(room) ?? [];
    this.#byRoom.delete(room);
    this.#byRoom.set(room, waiting);
    for (const [oldest] of this.#byRoom) {
      if (this.#byRoom.size <= MAX_FOLLOWED) break;
      this.#byRoom.delete(oldest);
    }
    const isSame = waiting.length === before.length && waiting.every((one, i) => isEqual(one, before[i]));
    if (!isSame) this.#onChange();
  }

  #forget(room: RoomId): void {
    if ((this.#byRoom.get(room) ?? []).length > 0) this.#onChange();
    this.#byRoom.delete(room);
  }

  #check(room: RoomId, bytes: Uint8Array): SignedKnock | undefined {
    // Signatures cost: what is listed already has been checked.
    const known = this.#byRoom.get(room)?.find(({ knock }) => equalBytes(knock.bytes, bytes));
    if (known) return known.knock;
    const read = readKnock(bytes, room);
    if (typeof read !== 'string') return read;
    this.#self.ports.log('knock-ignored', { reason: read });
    return undefined;
  }
}

/** The knock, or why it is passed over. */
function readKnock(bytes: Uint8Array, room: RoomId): SignedKnock | string {
  try {
    const knock = decodeKnock(bytes);
    const { note, proof } = knock;
    if (note.room !== room) return 'other-room';
    if (!verify(proof)) return 'bad-signature';
    return provenDeviceList(note.list.bytes, note.principal) ? knock : 'unproven-list';
  } catch (error) {
    if (error instanceof WireError) return error.reason;
    throw error;
  }
}

const isEqual = (a: Checked, b: Checked | undefined): boolean =>
  b !== undefined && a.fromName === b.fromName && a.askedAt === b.askedAt && equalBytes(a.knock.bytes, b.knock.bytes);
