/**
 * Signing up. Account, name, identity, device, session and the first record of the home are on disk together or not at
 * all: an account without a home, or a name without an account, could never be mended.
 */
import type { SignedDeviceList } from '../../src/wire/device-list.ts';
import type { BeginSignUp, SignUp } from '../../src/wire/http/accounts.ts';
import { type AccountId, accountId, accountIdBytes } from '../../src/wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../src/wire/http/limits.ts';
import { judgeUserName, type UserName } from '../../src/wire/http/user-name.ts';
import { START, ZERO_HASH } from '../../src/wire/ids.ts';
import { createRoomLogs } from '../log/room-logs.ts';
import { accountKeys } from '../store/account-keys.ts';
import type { Account } from './account-record.ts';
import { encodeAccount, findAccountId } from './account-record.ts';
import type { Attempts } from './attempts.ts';
import type { ServiceContext } from './context.ts';
import { type DeviceRecord, encodeDevice, NO_SESSION } from './device-record.ts';
import { type Home, judgeHome } from './home.ts';
import { registrationResponse } from './opaque.ts';
import { type Declined, decline, done, type Outcome, retried } from './outcome.ts';
import { Pending } from './pending.ts';
import { openSession } from './session-opening.ts';
import { checkedList } from './signed-list.ts';
import type { Tokens } from './tokens.ts';

/** From the first request of a sign-up to the second: somebody may be writing the recovery code down. */
export const SIGN_UP_MS = 15 * 60 * 1000;

export type BegunSignUp = {
  readonly account: AccountId;
  readonly password: Uint8Array;
  readonly recovery: Uint8Array;
};

export type Accounts = ReturnType<typeof createAccounts>;

/** All functions throw StorageFailed as the store does. */
export function createAccounts(context: ServiceContext, attempts: Attempts) {
  const { store, setup, clock, date, random, verifier, events } = context;
  const logs = createRoomLogs(store);
  const pending = new Pending<UserName>(clock.now, SIGN_UP_MS);

  return {
    /** `address`: as `addressGroup` gives it. */
    async beginSignUp(request: BeginSignUp, address: string): Promise<Outcome<BegunSignUp>> {
      const name = goodName(request.name);
      if (!name.ok) return name;
      const ticket = await attempts.begin([{ kind: 'sign-up', text: address }]);
      if (!ticket.ok) return ticket;
      if (await findAccountId(store, name.value)) return decline('name-taken');
      const account = accountId(random(ACCOUNT_ID_BYTES));
      const password = registrationResponse(setup.opaque, account, 'password', request.password);
      const recovery = registrationResponse(setup.opaque, account, 'recovery', request.recovery);
      if (!password || !recovery) return decline('malformed');
      pending.add(accountIdBytes(account), name.value);
      return done({ account, password, recovery });
    },

    async signUp(request: SignUp): Promise<Outcome<Tokens>> {
      const begun = pending.take(accountIdBytes(request.account));
      if (!begun || begun !== request.name) return decline('attempt-expired');
      const list = await checkedList(verifier, request.deviceList);
      if (!list.ok) return list;
      if (!isFirstList(list.value)) return decline('bad-device-list');
      const home = await judgeHome(verifier, list.value, request.home.record, request.home.wraps);
      if (!home.ok) return home;
      return retried(() => create(makeAccount(request, begun, list.value, home.value), list.value, home.value));
    },
  };

  function makeAccount(request: SignUp, name: UserName, { list }: SignedDeviceList, { room }: Home): Account {
    return {
      id: request.account,
      name,
      principal: list.principal,
      home: room,
      createdAt: date(),
      generation: 1,
      bannedAt: null,
      ways: { password: request.password, recovery: request.recovery },
      bundle: { version: 1, bytes: request.bundle },
      deviceList: request.deviceList,
    };
  }

  async function create(
    account: Account,
    { list: { devices } }: SignedDeviceList,
    home: Home,
  ): Promise<Outcome<Tokens> | 'conflict'> {
    const [device] = devices;
    if (!device) throw new Error('a first list without a device');
    const taken = await whatIsTaken(account, devices, home);
    if (taken) return taken;
    const now = date();
    const times = { addedAt: now, lastSeenAt: now };
    const record: DeviceRecord = { account: account.id, state: 'listed', ...times, session: NO_SESSION };
    const stored = { record, value: encodeDevice(record) };
    const { tokens, writes } = await openSession(context, account, { id: device, stored });
    const firsts = [
      { key: accountKeys.account(account.id), value: encodeAccount(account) },
      { key: accountKeys.name(account.name), value: accountIdBytes(account.id) },
      { key: accountKeys.principal(account.principal), value: accountIdBytes(account.id) },
    ];
    const deviceKey = accountKeys.device(device);
    const result = await logs.append(home.room, START, [home.entry], {
      checks: [...firsts.map(({ key }) => ({ key, value: null })), { key: deviceKey, value: null }],
      writes: [...firsts, ...writes],
    });
    if (result === 'conflict') return 'conflict';
    events.emit('device-listed', devices);
    return done(tokens);
  }

  /** What stands in the way of the commit, in words. */
  async function whatIsTaken(
    account: Account,
    devices: SignedDeviceList['list']['devices'],
    home: Home,
  ): Promise<Declined | undefined> {
    if (await findAccountId(store, account.name)) return decline('name-taken');
    const others = [accountKeys.principal(account.principal), ...devices.map((device) => accountKeys.device(device))];
    if ((await store.getMany(others)).some((value) => value !== undefined)) return decline('key-taken');
    return (await logs.head(home.room)) ? decline('bad-home') : undefined;
  }
}

function goodName(text: string): Outcome<UserName> {
  const verdict = judgeUserName(text);
  if (verdict === 'good') return done(text as UserName);
  return decline(verdict === 'reserved' ? 'name-reserved' : 'name-invalid');
}

/** One device, the one that signs up. */
const isFirstList = ({ list }: SignedDeviceList): boolean =>
  list.version === 1 && list.previous === ZERO_HASH && list.devices.length === 1;
