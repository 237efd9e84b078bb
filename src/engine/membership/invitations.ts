/**
 * Invitations: leaving a note for somebody who was put into a room, and what waits for one's own account. A note gives no right:
 * whoever takes it up follows the room's chain through the epoch record that it names.
 *
 * Invariants:
 * 1. What is listed was signed, for this account, by a device on a list that the sender has signed [IN3]; only name and time are
 *    the service's word. All else that the service hands out is passed over.
 * 2. There is one for a room. Several people may invite into the same one: of these somebody counts first whose key is pinned
 *    under the name given, then who was first. So nobody hides the invitation of a person that one knows, nor an earlier one.
 */
import { concatBytes, equalBytes, WireError } from '../../wire/bytes.ts';
import { decodeDeviceList } from '../../wire/device-list.ts';
import { nothing } from '../../wire/http/fields.ts';
import { InvitationsAnswer } from '../../wire/http/invitations.ts';
import { type Hash, idBytes, type PrincipalId, type RoomId } from '../../wire/ids.ts';
import {
  decodeInvitation,
  encodeInvitation,
  type InvitationNote,
  invitationSignedBytes,
  type SignedInvitation,
} from '../../wire/invitation.ts';
import type { Reason } from '../../wire/refusals.ts';
import type { Role } from '../../wire/roles.ts';
import type { AccountRecord } from '../accounts/account-record.ts';
import type { AccountOutcome } from '../accounts/api.ts';
import type { HomeBook } from '../accounts/home-book.ts';
import type { ServiceClient } from '../accounts/service-client.ts';
import { provenDeviceList } from '../epochs/device-lists.ts';
import type { Identity } from '../epochs/identity.ts';
import type { Cancel, EnginePorts } from '../ports.ts';
import { sign, verify } from '../seal/sodium.ts';
import type { Invitation } from './invitation.ts';

/** Identity and account are asked for anew each time: a device may sign in and out. */
export interface InvitationSelf {
  readonly service: Pick<ServiceClient, 'call'>;
  readonly home: Pick<HomeBook, 'contact'>;
  readonly identity: Identity;
  readonly account: AccountRecord | null;
  readonly ports: Pick<EnginePorts, 'clock' | 'log'>;
}

/** How often the service is asked. Milliseconds. */
const ASK_EVERY_MS = 30_000;

/** What an inviting device says; `epochHash`: of the epoch record that put the recipient in. */
export type InvitationTo = {
  readonly room: RoomId;
  readonly epochHash: Hash;
  readonly role: Role;
  readonly recipient: PrincipalId;
};

/** Why a note is passed over. */
type Flaw = Reason | 'other-recipient' | 'unproven-list';
type Checked = {
  readonly invitation: SignedInvitation;
  readonly fromName: string;
  /** Milliseconds since 1970, by the server's clock. */
  readonly sentAt: number;
};

const DONE = { ok: true, value: null } as const;
const NO_ACCOUNT = { ok: false, reason: 'wrong-state' } as const;

export class Invitations {
  readonly #self: InvitationSelf;
  readonly #onChange: () => void;
  #cancelAsking: Cancel | null = null;
  /** As the service hands them out, oldest first, those of one account. */
  #checked: readonly Checked[] = [];

  /** `onChange`: what is listed has changed. */
  constructor(self: InvitationSelf, onChange: () => void) {
    this.#self = self;
    this.#onChange = onChange;
  }

  /** Asks the service now and then from now on, whenever `mayAsk` says so. */
  follow(mayAsk: () => boolean): void {
    this.stop();
    this.#cancelAsking = this.#self.ports.clock.after(ASK_EVERY_MS, () => {
      if (mayAsk()) void this.refresh();
      this.follow(mayAsk);
    });
  }
  stop(): void {
    this.#cancelAsking?.();
    this.#cancelAsking = null;
  }

  /** Leaves a note for the person of this exact name. Again takes the place of the one before. */
  async send(name: string, to: InvitationTo): Promise<AccountOutcome<null>> {
    const { service, account, identity } = this.#self;
    if (!account) return NO_ACCOUNT;
    const unsigned = encodeInvitation({
      room: to.room,
      epochHash: to.epochHash,
      role: to.role,
      recipient: to.recipient,
      sender: identity.principal,
      device: identity.device,
      list: decodeDeviceList(identity.list),
    });
    const note = concatBytes(unsigned, sign(invitationSignedBytes(unsigned), identity.signing));
    const sent = await service.call('invite', nothing, { name, note });
    return sent.ok ? DONE : sent;
  }

  /** Asks the service what waits. What was listed stays where it cannot be asked. */
  async refresh(): Promise<AccountOutcome<null>> {
    const { service, account, identity } = this.#self;
    if (!account) return NO_ACCOUNT;
    const answer = await service.call('invitations', InvitationsAnswer);
    if (!answer.ok) return answer;
    // Signed in as somebody else meanwhile.
    if (this.#self.identity.principal !== identity.principal) return NO_ACCOUNT;
    const checked = answer.value.invitations.flatMap(({ name, sentAt, note }): Checked[] => {
      const invitation = this.#check(note);
      return invitation ? [{ invitation, fromName: name, sentAt }] : [];
    });
    this.#keep(checked);
    return DONE;
  }

  /** Oldest first; empty without an account. */
  list(): readonly Invitation[] {
    const rooms = new Set(this.#own().map(({ invitation }) => invitation.note.room));
    return [...rooms].flatMap((room) => {
      const chosen = this.#chosen(room);
      return chosen ? [this.#shown(chosen)] : [];
    });
  }

  /** The note behind what is listed of this room. */
  get(room: RoomId): InvitationNote | undefined {
    return this.#chosen(room)?.invitation.note;
  }

  /** Whatever waits with this room goes from the service, and so from all devices when they ask again. */
  async drop(room: RoomId): Promise<AccountOutcome<null>> {
    const { service, account } = this.#self;
    if (!account) return NO_ACCOUNT;
    const dropped = await service.call('dropInvitation', nothing, { room: idBytes(room) });
    if (!dropped.ok) return dropped;
    this.#keep(this.#checked.filter(({ invitation }) => invitation.note.room !== room));
    return DONE;
  }

  #keep(checked: readonly Checked[]): void {
    const isSame = checked.length === this.#checked.length && checked.every((one, i) => isEqual(one, this.#checked[i]));
    this.#checked = checked;
    if (!isSame) this.#onChange();
  }

  /** Of the account that this device has now. */
  #own(): readonly Checked[] {
    const { account, identity } = this.#self;
    return account ? this.#checked.filter(({ invitation }) => invitation.note.recipient === identity.principal) : [];
  }

  #chosen(room: RoomId): Checked | undefined {
    const candidates = this.#own().filter(({ invitation }) => invitation.note.room === room);
    return candidates.find((one) => this.#isKnown(one)) ?? candidates[0];
  }

  #isKnown({ invitation, fromName }: Checked): boolean {
    const contact = this.#self.home.contact(fromName);
    return contact?.principal === invitation.note.sender && contact.changedTo === null;
  }

  #shown(checked: Checked): Invitation {
    const { room, role, sender: from } = checked.invitation.note;
    const { fromName, sentAt } = checked;
    return { room, role, from, fromName, fromKnown: this.#isKnown(checked), sentAt };
  }

  #check(bytes: Uint8Array): SignedInvitation | undefined {
    // Signatures cost: what is listed already has been checked.
    const known = this.#own().find(({ invitation }) => equalBytes(invitation.bytes, bytes));
    if (known) return known.invitation;
    const read = readInvitation(bytes, this.#self.identity.principal);
    if (typeof read !== 'string') return read;
    this.#self.ports.log('invitation-ignored', { reason: read });
    return undefined;
  }
}

function readInvitation(bytes: Uint8Array, principal: PrincipalId): SignedInvitation | Flaw {
  try {
    const invitation = decodeInvitation(bytes);
    const { note, proof } = invitation;
    if (note.recipient !== principal) return 'other-recipient';
    if (!verify(proof)) return 'bad-signature';
    return provenDeviceList(note.list.bytes, note.sender) ? invitation : 'unproven-list';
  } catch (error) {
    if (error instanceof WireError) return error.reason;
    throw error;
  }
}

const isEqual = (a: Checked, b: Checked | undefined): boolean =>
  b !== undefined &&
  a.fromName === b.fromName &&
  a.sentAt === b.sentAt &&
  equalBytes(a.invitation.bytes, b.invitation.bytes);
