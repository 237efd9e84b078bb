/** Keys of what the service keeps, laid out as in keys.ts. Numbers are never reused; 32 and up belong to the service. */
import { concatBytes, utf8 } from '../../src/wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../src/wire/http/limits.ts';
import type { UserName } from '../../src/wire/http/user-name.ts';
import { type DeviceId, ID_BYTES, idBytes, type PrincipalId, type RoomId, roomId } from '../../src/wire/ids.ts';

const TABLES = {
  setup: 32,
  account: 33,
  name: 34,
  principal: 35,
  device: 36,
  session: 37,
  welcome: 38,
  attempt: 39,
  invitation: 40,
  lastInvitation: 41,
  knock: 44,
  knocksAt: 45,
  knocksOf: 46,
} as const;
type Table = keyof typeof TABLES;

export const SESSION_ID_BYTES = 16;
export const ATTEMPT_KEY_BYTES = 32;

type KeyRange = { readonly from: Uint8Array; readonly to: Uint8Array };

const key = (table: Table, ...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(Uint8Array.of(TABLES[table]), ...parts);

export const accountKeys = {
  setup: (): Uint8Array => key('setup'),
  /** What is read in place of an account that does not exist. */
  decoy: (): Uint8Array => key('setup', Uint8Array.of(1)),
  account: (id: AccountId): Uint8Array => key('account', accountIdBytes(id)),
  /** The account that has this name. */
  name: (name: UserName): Uint8Array => key('name', utf8(name)),
  /** The account that has this identity key. */
  principal: (id: PrincipalId): Uint8Array => key('principal', idBytes(id)),
  device: (id: DeviceId): Uint8Array => key('device', idBytes(id)),
  /** An account's sessions are neighbours. */
  session: (account: AccountId, id: Uint8Array): Uint8Array => key('session', accountIdBytes(account), id),
  welcome: (device: DeviceId): Uint8Array => key('welcome', idBytes(device)),
  /** `hash`: of whom or what is counted. */
  attempt: (hash: Uint8Array): Uint8Array => key('attempt', hash),
  /** Those for an account are neighbours, and among them those into one room. */
  invitation: (to: AccountId, room: RoomId, from: AccountId): Uint8Array =>
    key('invitation', accountIdBytes(to), idBytes(room), accountIdBytes(from)),
  /** The number of the last one for an account. */
  lastInvitation: (to: AccountId): Uint8Array => key('lastInvitation', accountIdBytes(to)),
  knock: (room: RoomId, from: AccountId): Uint8Array => key('knock', idBytes(room), accountIdBytes(from)),
  /** Who waits at a room. */
  knocksAt: (room: RoomId): Uint8Array => key('knocksAt', idBytes(room)),
  /** Where an account waits. */
  knocksOf: (account: AccountId): Uint8Array => key('knocksOf', accountIdBytes(account)),
};

/** All sessions of an account. */
export function sessionsOf(account: AccountId): KeyRange {
  const end = new Uint8Array(SESSION_ID_BYTES + 1).fill(0xff);
  return { from: key('session', accountIdBytes(account)), to: key('session', accountIdBytes(account), end) };
}

/** All invitations for an account. */
export const invitationsOf = (to: AccountId): KeyRange => startingWith(key('invitation', accountIdBytes(to)));
/** Those into one room. */
export const invitationsInto = (to: AccountId, room: RoomId): KeyRange =>
  startingWith(key('invitation', accountIdBytes(to), idBytes(room)));

/** Keys of invitations alone. */
function startingWith(from: Uint8Array): KeyRange {
  return { from, to: concatBytes(from, new Uint8Array(ID_BYTES + ACCOUNT_ID_BYTES + 1).fill(0xff)) };
}

/** Where an invitation leads, and who left it, by its key. */
export function inviterOf(invitationKey: Uint8Array): { readonly room: RoomId; readonly from: AccountId } {
  const roomAt = 1 + ACCOUNT_ID_BYTES;
  const fromAt = roomAt + ID_BYTES;
  return { room: roomId(invitationKey.slice(roomAt, fromAt)), from: accountId(invitationKey.slice(fromAt)) };
}

/** Everything in a table after `after`, a key of it, or from its beginning. */
export const tableRange = (
  table: 'session' | 'welcome' | 'attempt' | 'invitation' | 'knock' | 'knocksAt' | 'knocksOf',
  after?: Uint8Array,
): KeyRange => ({
  from: after ? concatBytes(after, Uint8Array.of(0)) : key(table),
  to: Uint8Array.of(TABLES[table] + 1),
});

/** The session's id in its key. */
export const sessionIdOf = (sessionKey: Uint8Array): Uint8Array => sessionKey.slice(1 + ACCOUNT_ID_BYTES);
