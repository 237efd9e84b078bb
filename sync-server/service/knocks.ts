/**
 * Knocks: notes of people who ask to be let into a room, kept for its owners.
 *
 * Invariants: a note was signed by a device of the account that asks; an account has one at a room; only an account that the room's
 * access list names as owner sees or drops them; who waits first keeps the place.
 */
import { equalBytes, WireError } from '../../src/wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import type { DropKnock, Knock, LookForKnocks } from '../../src/wire/http/knocks.ts';
import { MAX_KNOCKS_AT_ROOM } from '../../src/wire/http/limits.ts';
import type { UserName } from '../../src/wire/http/user-name.ts';
import { idBytes, type PrincipalId, type RoomId } from '../../src/wire/ids.ts';
import { decodeKnock, type SignedKnock } from '../../src/wire/knock.ts';
import { accountKeys } from '../store/account-keys.ts';
import { decodeAccount } from './account-record.ts';
import type { Attempts } from './attempts.ts';
import type { ServiceContext } from './context.ts';
import {
  decodeKnockRecord,
  decodeWaiting,
  encodeKnockRecord,
  encodeWaiting,
  isAsking,
  type KeptKnock,
  type Waiting,
} from './knock-record.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';
import type { SignedIn } from './sessions.ts';

/** Rooms at which one account may wait. */
export const MAX_KNOCKS_FROM = 20;

/** `name`: as it is now. */
export type WaitingKnock = KeptKnock & { readonly name: UserName };

export type Knocks = ReturnType<typeof createKnocks>;

/** All functions throw StorageFailed as the store does. */
export function createKnocks({ store, date, verifier, ownersOf }: ServiceContext, attempts: Attempts) {
  return {
    /** Declined with `not-signed-in` for a session of no device. */
    async knock({ account: { account }, session }: SignedIn, { note: bytes }: Knock): Promise<Outcome<null>> {
      const { device } = session.session;
      if (device === null) return decline('not-signed-in');
      const knock = decoded(bytes);
      if (!knock || knock.note.principal !== account.principal || knock.note.device !== device)
        return decline('bad-knock');
      const ticket = await attempts.begin([{ kind: 'knock', text: account.id }]);
      if (!ticket.ok) return ticket;
      if (!(await verifier.verify([knock.proof, ...knock.note.list.proofs]))) return decline('bad-signature');
      const { room } = knock.note;
      if (!(await ownersOf(room))) return decline('unknown-room');
      return retried(() => keep(room, account.id, bytes));
    },

    /** Those at a room, oldest first. */
    async list(who: SignedIn, { room }: LookForKnocks): Promise<Outcome<WaitingKnock[]>> {
      if (!(await owns(who, room))) return decline('not-room-owner');
      const waiting = await readWaiting(accountKeys.knocksAt(room));
      const ids = waiting.current.map(({ id }) => accountId(id));
      const notes = await store.getMany(ids.map((id) => accountKeys.knock(room, id)));
      const accounts = await store.getMany(ids.map((id) => accountKeys.account(id)));
      const knocks = ids.flatMap((_id, i) => {
        const [note, account] = [notes[i], accounts[i]];
        return note && account ? [{ ...decodeKnockRecord(note), name: decodeAccount(account).name }] : [];
      });
      return done(knocks);
    },

    async drop(who: SignedIn, { room, principal }: DropKnock): Promise<Outcome<null>> {
      if (!(await owns(who, room))) return decline('not-room-owner');
      return retried(() => remove(room, principal));
    },
  };

  async function owns({ account: { account } }: SignedIn, room: RoomId): Promise<boolean> {
    return (await ownersOf(room))?.has(account.principal) ?? false;
  }

  async function keep(room: RoomId, account: AccountId, note: Uint8Array) {
    const at = date();
    const atRoom = await readWaiting(accountKeys.knocksAt(room), accountIdBytes(account));
    const byAccount = await readWaiting(accountKeys.knocksOf(account), idBytes(room));
    if (atRoom.others.length >= MAX_KNOCKS_AT_ROOM || byAccount.others.length >= MAX_KNOCKS_FROM)
      return decline('too-many-knocks');
    const writes = [
      { key: accountKeys.knock(room, account), value: encodeKnockRecord({ at, note }) },
      { key: atRoom.key, value: encodeWaiting([...atRoom.others, { id: accountIdBytes(account), at }]) },
      { key: byAccount.key, value: encodeWaiting([...byAccount.others, { id: idBytes(room), at }]) },
    ];
    const checks = [atRoom, byAccount].map(({ key, value }) => ({ key, value }));
    return (await store.commit(checks, writes)) === 'conflict' ? 'conflict' : done(null);
  }

  async function remove(room: RoomId, principal: PrincipalId) {
    const found = await store.get(accountKeys.principal(principal));
    if (!found) return done(null);
    const account = accountId(found);
    const atRoom = await readWaiting(accountKeys.knocksAt(room), accountIdBytes(account));
    const byAccount = await readWaiting(accountKeys.knocksOf(account), idBytes(room));
    const writes = [
      { key: accountKeys.knock(room, account), value: null },
      ...[atRoom, byAccount].map(({ key, others }) => ({ key, value: others.length ? encodeWaiting(others) : null })),
    ];
    const checks = [atRoom, byAccount].map(({ key, value }) => ({ key, value }));
    return (await store.commit(checks, writes)) === 'conflict' ? 'conflict' : done(null);
  }

  /** `others`: those that are current and not `own`. */
  async function readWaiting(key: Uint8Array, own: Uint8Array | null = null) {
    const value = (await store.get(key)) ?? null;
    const now = date();
    const current: Waiting[] = value ? decodeWaiting(value).filter((waiting) => isAsking(waiting, now)) : [];
    return { key, value, current, others: current.filter(({ id }) => own === null || !equalBytes(id, own)) };
  }
}

function decoded(bytes: Uint8Array): SignedKnock | undefined {
  try {
    return decodeKnock(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
