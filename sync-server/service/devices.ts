/**
 * The devices of an account. A newer list carries the identity key's signature, which only the password or the recovery
 * code brings back, so nothing more is asked for; what it adds and removes takes effect with it.
 */
import { decodeDeviceList, deviceListHash, type SignedDeviceList } from '../../src/wire/device-list.ts';
import type { ChangeDevices } from '../../src/wire/http/devices.ts';
import { claimSignedBytes, type DeviceProof } from '../../src/wire/http/sign-in.ts';
import { type DeviceId, idBytes } from '../../src/wire/ids.ts';
import { blake2b256 } from '../relay/hash.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Check, Write } from '../store/store.ts';
import { type Account, encodeAccount, readAccount, type StoredAccount } from './account-record.ts';
import { refusalOf } from './bans.ts';
import type { ServiceContext } from './context.ts';
import { type DeviceRecord, decodeDevice, encodeDevice, NO_SESSION, readDevice } from './device-record.ts';
import { commitEnding, listedDevices } from './endings.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';
import { openSession } from './session-opening.ts';
import { encodeSession, readSession, readSessions } from './session-record.ts';
import type { SignedIn } from './sessions.ts';
import { checkedList } from './signed-list.ts';
import type { Tokens } from './tokens.ts';
import { decodeWelcome, encodeWelcome, isWaiting } from './welcome-record.ts';

export type SeenDevice = Pick<DeviceRecord, 'addedAt' | 'lastSeenAt'> & { readonly id: DeviceId };
export type ClaimedSession = {
  readonly account: Account;
  readonly device: DeviceId;
  readonly welcome: Uint8Array;
  readonly tokens: Tokens;
};

type Change = {
  readonly request: ChangeDevices;
  readonly signed: SignedDeviceList;
  readonly added: readonly DeviceId[];
  readonly removed: readonly DeviceId[];
};

export type Devices = ReturnType<typeof createDevices>;

/** All functions throw StorageFailed as the store does. */
export function createDevices(context: ServiceContext) {
  const { store, date, verifier, events } = context;

  return {
    async list({ account: { account } }: SignedIn): Promise<readonly SeenDevice[]> {
      const ids = listedDevices(account);
      const values = await store.getMany(ids.map((id) => accountKeys.device(id)));
      return ids.flatMap((id, i) => {
        const value = values[i];
        if (!value) return [];
        const { addedAt, lastSeenAt } = decodeDevice(value);
        return [{ id, addedAt, lastSeenAt }];
      });
    },

    /** Takes a newer list. */
    async change(signedIn: SignedIn, request: ChangeDevices): Promise<Outcome<null>> {
      const list = await checkedList(verifier, request.deviceList);
      if (!list.ok) return list;
      return retried(() => replaceList(signedIn, request, list.value));
    },

    /** A session for a device that was just added. `host`: as the client addressed the server. */
    async claim({ id, signature }: DeviceProof, host: string): Promise<Outcome<ClaimedSession>> {
      const proof = { key: idBytes(id), message: claimSignedBytes(id, host), signature };
      if (!(await verifier.verify([proof]))) return decline('bad-signature');
      return retried(() => openByWelcome(id));
    },
  };

  async function replaceList(signedIn: SignedIn, request: ChangeDevices, signed: SignedDeviceList) {
    const { id } = signedIn.account.account;
    const [stored, session] = await Promise.all([
      readAccount(store, id),
      readSession(store, id, signedIn.session.session.id),
    ]);
    if (!stored || !session) return decline('not-signed-in');
    const { account } = stored;
    const refusal = refusalOf(account);
    if (refusal) return refusal;
    if (signed.list.principal !== account.principal) return decline('bad-device-list');
    if (!follows(signed, account.deviceList)) return decline('stale-device-list');
    const before = listedDevices(account);
    const change: Change = {
      request,
      signed,
      added: signed.list.devices.filter((device) => !before.includes(device)),
      removed: before.filter((device) => !signed.list.devices.includes(device)),
    };
    if (!mayBring(change, session.session.device)) return decline('bad-device-list');
    const newcomers = await store.getMany(change.added.map((device) => accountKeys.device(device)));
    if (newcomers.some((value) => value !== undefined)) return decline('key-taken');
    const { checks, writes } = await effects(stored, session.session.id, change);
    if (request.own) {
      const key = accountKeys.session(id, session.session.id);
      checks.push({ key, value: session.value });
      writes.push({ key, value: encodeSession({ ...session.session, device: request.own }) });
    }
    return (await commitChange(change, checks, writes)) === 'conflict' ? 'conflict' : done(null);
  }

  /** What a change of the list reads and writes besides the session of whoever asks. `asking`: that session's id. */
  async function effects(
    { account, value }: StoredAccount,
    asking: Uint8Array,
    { request, signed, added, removed }: Change,
  ) {
    const now = date();
    const accountKey = accountKeys.account(account.id);
    const checks: Check[] = [{ key: accountKey, value }];
    const writes: Write[] = [{ key: accountKey, value: encodeAccount({ ...account, deviceList: signed.bytes }) }];
    for (const device of added) {
      checks.push({ key: accountKeys.device(device), value: null });
      const session = device === request.own ? asking : NO_SESSION;
      const newcomer: DeviceRecord = { account: account.id, state: 'listed', addedAt: now, lastSeenAt: now, session };
      writes.push({ key: accountKeys.device(device), value: encodeDevice(newcomer) });
    }
    for (const device of removed) {
      const known = await readDevice(store, device);
      if (!known) throw new Error('a listed device that is not known');
      checks.push({ key: accountKeys.device(device), value: known.value });
      writes.push(
        { key: accountKeys.device(device), value: encodeDevice({ ...known.record, state: 'revoked' }) },
        { key: accountKeys.welcome(device), value: null },
      );
    }
    // A session that begins meanwhile does not count: its device is no longer listed.
    for (const { id, device } of removed.length === 0 ? [] : await readSessions(store, account.id))
      if (device && removed.includes(device)) writes.push({ key: accountKeys.session(account.id, id), value: null });
    if (request.welcome) {
      const welcome = { account: account.id, at: now, bytes: request.welcome.bytes };
      writes.push({ key: accountKeys.welcome(request.welcome.device), value: encodeWelcome(welcome) });
    }
    return { checks, writes };
  }

  /** Sockets hear of it also when nobody knows whether it is on disk: whoever was right to stay comes back. */
  async function commitChange({ added, removed }: Change, checks: readonly Check[], writes: readonly Write[]) {
    let result: string | undefined;
    try {
      result = await store.commit(checks, writes);
      return result;
    } finally {
      if (result !== 'conflict') {
        events.emit('device-listed', added);
        events.emit('device-revoked', removed);
      }
    }
  }

  async function openByWelcome(device: DeviceId): Promise<Outcome<ClaimedSession> | 'conflict'> {
    const key = accountKeys.welcome(device);
    const value = await store.get(key);
    const welcome = value && decodeWelcome(value);
    if (!welcome || !isWaiting(welcome, date())) return decline('no-welcome');
    const [stored, known] = await Promise.all([readAccount(store, welcome.account), readDevice(store, device)]);
    if (!stored || known?.record.state !== 'listed') return decline('no-welcome');
    const { account } = stored;
    const refusal = refusalOf(account);
    if (refusal) return refusal;
    const opening = await openSession(context, account, { id: device, stored: known });
    const result = await commitEnding(
      context,
      opening.ended,
      [{ key, value }, { key: accountKeys.account(account.id), value: stored.value }, ...opening.checks],
      [{ key, value: null }, ...opening.writes],
    );
    if (result === 'conflict') return result;
    return done({ account, device, welcome: welcome.bytes, tokens: opening.tokens });
  }
}

/** The service sees every list, so here none is missing between. */
function follows({ list }: SignedDeviceList, before: Uint8Array): boolean {
  const current = decodeDeviceList(before);
  return list.version === current.list.version + 1 && list.previous === deviceListHash(blake2b256, before);
}

/** A session becomes that of a device only when the device is new and the session has none. */
function mayBring({ request: { own, welcome }, added }: Change, sessionDevice: DeviceId | null): boolean {
  if (own && (sessionDevice !== null || !added.includes(own))) return false;
  return !welcome || (added.includes(welcome.device) && welcome.device !== own);
}
