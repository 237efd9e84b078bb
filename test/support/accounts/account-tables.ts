/** What in the tables of accounts does not fit together: half of a change, which no commit may leave. */
import { equalBytes } from '../../../src/wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../../src/wire/http/fields.ts';
import { ID_BYTES, roomId } from '../../../src/wire/ids.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import { type Account, decodeAccount } from '../../../sync-server/service/account-record.ts';
import { decodeDevice, readDevice } from '../../../sync-server/service/device-record.ts';
import { listedDevices } from '../../../sync-server/service/endings.ts';
import { accountKeys } from '../../../sync-server/store/account-keys.ts';
import type { Entry, Store } from '../../../sync-server/store/store.ts';

/** Tables by the bytes that their keys begin with, the last one excluded. Those of rooms are taken as one. */
const TABLES = {
  rooms: [1, 32],
  account: [33, 34],
  name: [34, 35],
  principal: [35, 36],
  device: [36, 37],
  session: [37, 38],
} as const;

/** Every room must be a home in which nobody has written yet. */
export async function inconsistencies(store: Store): Promise<string[]> {
  const tables = await readTables(store);
  const accounts = new Map(tables.account.map(({ value }) => [decodeAccount(value).id, decodeAccount(value)]));
  const findings: string[] = [];
  const expect = (holds: boolean, what: string) => void (holds || findings.push(what));
  expect(tables.name.length === accounts.size, `${tables.name.length} names of ${accounts.size} accounts`);
  expect(tables.principal.length === accounts.size, `${tables.principal.length} identities`);
  for (const account of accounts.values()) findings.push(...(await missingOf(store, account)));
  for (const { value } of tables.device) {
    const { account, state } = decodeDevice(value);
    expect(accounts.has(account), `a ${state} device of no account`);
  }
  const listed = tables.device.filter(({ value }) => decodeDevice(value).state === 'listed').length;
  const onLists = [...accounts.values()].reduce((sum, account) => sum + listedDevices(account).length, 0);
  expect(listed === onLists, `${listed} listed devices, ${onLists} on lists`);
  for (const { key } of tables.session) expect(accounts.has(ownerOf(key)), 'a session of no account');
  return [...findings, ...tornHomes(tables.rooms, [...accounts.values()])];
}

/** Homes have one record each, so as many entries as any other. */
function tornHomes(entries: readonly Entry[], accounts: readonly Account[]): string[] {
  const counts = new Map<string, number>(accounts.map(({ home }) => [home, 0]));
  const rooms = entries.map(({ key }) => roomId(key.subarray(1, 1 + ID_BYTES)));
  const homeless = rooms.filter((room) => !counts.has(room)).map(() => 'an entry of a room that is no home');
  for (const room of rooms) counts.set(room, (counts.get(room) ?? 0) + 1);
  return new Set(counts.values()).size > 1 ? [...homeless, 'homes that are not alike'] : homeless;
}

const ownerOf = (sessionKey: Uint8Array): AccountId => accountId(sessionKey.subarray(1, 17));

async function missingOf(store: Store, account: Account): Promise<string[]> {
  const id = accountIdBytes(account.id);
  const pointers = await store.getMany([accountKeys.name(account.name), accountKeys.principal(account.principal)]);
  const devices = await Promise.all(listedDevices(account).map((device) => readDevice(store, device)));
  const areListed = devices.every(
    (device) => device?.record.state === 'listed' && device.record.account === account.id,
  );
  return [
    ...(pointers.every((pointer) => pointer && equalBytes(pointer, id)) ? [] : [`${account.name}: name or identity`]),
    ...(areListed ? [] : [`${account.name}: a device on the list is not listed`]),
    ...((await createRoomLogs(store).head(account.home)) ? [] : [`${account.name}: no home`]),
  ];
}

async function readTables(store: Store): Promise<{ readonly [T in keyof typeof TABLES]: Entry[] }> {
  const read = async (table: keyof typeof TABLES) => {
    const entries: Entry[] = [];
    const [from, to] = TABLES[table];
    const range = { from: Uint8Array.of(from), to: Uint8Array.of(to) };
    for await (const entry of store.range(range)) entries.push(entry);
    return entries;
  };
  return {
    rooms: await read('rooms'),
    account: await read('account'),
    name: await read('name'),
    principal: await read('principal'),
    device: await read('device'),
    session: await read('session'),
  };
}
