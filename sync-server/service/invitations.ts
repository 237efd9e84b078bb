/**
 * Invitations: who was put into a room by somebody else hears of it here. The note is the sender's device's, signed for that
 * one recipient; the service passes it on and can change nothing in it.
 *
 * Invariants:
 * 1. What is kept was left by a listed device of its sender, with a signature that holds, for the account that it names.
 * 2. A sender has one note for a recipient and a room: a newer one takes its place. Nobody takes another's place, or a member
 *    could hide an owner's invitation by one of its own.
 * 3. The limits hold also for several that come at once: each commit checks the recipient's last number, and raises it.
 */
import { WireError } from '../../src/wire/bytes.ts';
import type { AccountId } from '../../src/wire/http/fields.ts';
import type { DropInvitation, Invite } from '../../src/wire/http/invitations.ts';
import { MAX_INVITATIONS } from '../../src/wire/http/limits.ts';
import { judgeUserName, type UserName } from '../../src/wire/http/user-name.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { decodeInvitation, type SignedInvitation } from '../../src/wire/invitation.ts';
import { accountKeys, invitationsInto, invitationsOf, inviterOf } from '../store/account-keys.ts';
import type { Entry, Range } from '../store/store.ts';
import { decodeAccount, findAccountId, readAccount } from './account-record.ts';
import type { Attempts } from './attempts.ts';
import type { ServiceContext } from './context.ts';
import {
  decodeKept,
  decodeLastNumber,
  encodeKept,
  encodeLastNumber,
  isCurrent,
  type KeptInvitation,
} from './invitation-record.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';
import type { SignedIn } from './sessions.ts';

/** Of one sender for one recipient. Ten such senders fill all that a recipient may have, so a few strangers do not. */
export const MAX_INVITATIONS_FROM = 20;

/** `name`: the sender's, as it is now. */
export type WaitingInvitation = Pick<KeptInvitation, 'at' | 'note'> & { readonly name: UserName };

export type Invitations = ReturnType<typeof createInvitations>;

/** All functions throw StorageFailed as the store does. */
export function createInvitations({ store, date, verifier }: ServiceContext, attempts: Attempts) {
  return {
    /**
     * Leaves a note for the account of this name. Each counts as a lookup too, whatever the answer: it tells who is here.
     * Declined with `not-signed-in` for a session of no device.
     */
    async invite({ account: { account }, session }: SignedIn, { name, note: bytes }: Invite): Promise<Outcome<null>> {
      const { device } = session.session;
      if (device === null) return decline('not-signed-in');
      const invitation = decoded(bytes);
      if (!invitation) return decline('bad-invitation');
      const { note, proof } = invitation;
      if (note.sender !== account.principal || note.device !== device) return decline('bad-invitation');
      const ticket = await attempts.begin([
        { kind: 'lookup', text: account.id },
        { kind: 'invitation', text: account.id },
      ]);
      if (!ticket.ok) return ticket;
      if (!(await verifier.verify([proof, ...note.list.proofs]))) return decline('bad-signature');
      const id = judgeUserName(name) === 'good' ? await findAccountId(store, name) : undefined;
      const recipient = id && (await readAccount(store, id));
      if (!recipient) return decline('unknown-name');
      if (recipient.account.principal !== note.recipient) return decline('wrong-recipient');
      return retried(() => keep(recipient.account.id, note.room, account.id, bytes));
    },

    /** Those of the account that asks, oldest first. */
    async list({ account: { account } }: SignedIn): Promise<WaitingInvitation[]> {
      const waiting = await readWaiting(account.id);
      const senders = [...new Set(waiting.map(({ from }) => from))];
      const values = await store.getMany(senders.map((id) => accountKeys.account(id)));
      const names = new Map(senders.map((id, i) => [id, values[i] && decodeAccount(values[i]).name]));
      return waiting
        .sort((a, b) => a.kept.number - b.kept.number)
        .flatMap(({ from, kept: { at, note } }) => {
          const name = names.get(from);
          return name === undefined ? [] : [{ name, at, note }];
        });
    },

    /** Whatever waits for the account that asks, with this room. */
    drop({ account: { account } }: SignedIn, { room }: DropInvitation): Promise<Outcome<null>> {
      return retried(async () => {
        const entries = await readAll(invitationsInto(account.id, room));
        const gone = entries.map(({ key }) => ({ key, value: null }));
        return (await store.commit(entries, gone)) === 'conflict' ? 'conflict' : done(null);
      });
    },
  };

  async function keep(recipient: AccountId, room: RoomId, sender: AccountId, note: Uint8Array) {
    const key = accountKeys.invitation(recipient, room, sender);
    const counter = accountKeys.lastInvitation(recipient);
    // Before the notes: whoever leaves another one meanwhile changes it.
    const last = (await store.get(counter)) ?? null;
    const others = (await readWaiting(recipient)).filter((one) => one.from !== sender || one.room !== room);
    const isFull = others.length >= MAX_INVITATIONS;
    if (isFull || others.filter(({ from }) => from === sender).length >= MAX_INVITATIONS_FROM)
      return decline('too-many-invitations');
    const number = (last ? decodeLastNumber(last) : 0) + 1;
    const writes = [
      { key: counter, value: encodeLastNumber(number) },
      { key, value: encodeKept({ number, at: date(), note }) },
    ];
    return (await store.commit([{ key: counter, value: last }], writes)) === 'conflict' ? 'conflict' : done(null);
  }

  async function readWaiting(recipient: AccountId) {
    const now = date();
    return (await readAll(invitationsOf(recipient)))
      .map(({ key, value }) => ({ ...inviterOf(key), kept: decodeKept(value) }))
      .filter(({ kept }) => isCurrent(kept, now));
  }

  async function readAll(range: Range): Promise<Entry[]> {
    const entries: Entry[] = [];
    for await (const entry of store.range(range)) entries.push(entry);
    return entries;
  }
}

function decoded(bytes: Uint8Array): SignedInvitation | undefined {
  try {
    return decodeInvitation(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
