/** What an epoch costs: the device that writes it, each that takes part, and the wire. No Node here: a browser runs it too. */
import { makeRoom } from '../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../src/engine/epochs/identity.ts';
import { makeNextEpoch, ownPrekey, renewalPlan } from '../../src/engine/epochs/next-epoch.ts';
import { Prekeys } from '../../src/engine/epochs/prekeys.ts';
import { unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import { type LogEntry, LogReader, type ReaderOptions } from '../../src/engine/rooms/log-reader.ts';
import { RecordKeys } from '../../src/engine/seal/record-seal.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { PrekeyExchange } from '../../src/engine/sync/prekey-exchange.ts';
import { browserRandom as random } from '../../src/platform/browser/random.ts';
import type { Access } from '../../src/wire/access.ts';
import { sortById } from '../../src/wire/device-list.ts';
import type { DeviceId, RoomId } from '../../src/wire/ids.ts';
import { parseRecord } from '../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../src/wire/record.ts';

/** Milliseconds, one of each round; bytes. */
export type EpochCost = {
  readonly devices: number;
  /** From the relay's answer until every prekey in it is checked. */
  readonly prekeysMs: number[];
  readonly makeMs: number[];
  /** Checking the record and opening one's own wrap. */
  readonly joinMs: number[];
  readonly recordBytes: number;
  /** One device's own wrap, which comes beside the record. */
  readonly wrapBytes: number;
  /** All of them: what the device that writes the epoch sends beside the record. */
  readonly wrapsBytes: number;
};

const stoppedClock = { now: () => 0, after: () => () => undefined, soon: (run: () => void) => queueMicrotask(run) };

/** As a device reads the log that has no other way to the secret than its own wrap. */
const optionsOf = (room: RoomId, { device, prekey }: Identity): ReaderOptions => ({
  room,
  keys: new RecordKeys(),
  unwrap: (access, wrap) => {
    const key = unwrapSecret(wrap, access.core, access.coreHash, device, prekey.secretKey);
    return key.ok ? key.value : undefined;
  },
});

/** A relay's directory that answers at once. */
function directory(people: readonly Identity[]): Prekeys {
  const signed = new Map(people.map(({ device, signedPrekey }) => [device, signedPrekey]));
  const exchange = new PrekeyExchange(
    { clock: stoppedClock, log: () => undefined },
    { own: () => people[0]?.signedPrekey ?? new Uint8Array(), onKept: () => undefined },
    (frame) => {
      if (frame.type !== 'ask') return;
      const prekeys = frame.devices.flatMap((device) => signed.get(device) ?? []);
      queueMicrotask(() => exchange.onFrame({ type: 'prekeys', ticket: frame.ticket, prekeys }));
    },
  );
  exchange.onOnline();
  return new Prekeys({ clock: stoppedClock, home: () => undefined, ask: (devices) => exchange.prekeysOf(devices) });
}

const fresh = (prekeys: Prekeys, devices: readonly DeviceId[]): Promise<void> =>
  new Promise((resolve) => {
    if (prekeys.isFresh(devices, () => 0, resolve)) resolve();
  });

/** The wrap of a device in an epoch record: wraps stand in the core's order. */
function wrapOf(record: Uint8Array, wraps: readonly Uint8Array[], device: DeviceId): Uint8Array {
  const { control } = parseRecord(decodeRecord(record));
  const index = control.type === 'epoch' ? control.body.core.devices.findIndex((entry) => entry.device === device) : -1;
  return wraps[index] ?? new Uint8Array();
}

/** `devices`: each of another account, which is the dearest: each brings a device list. */
export async function measureEpochs(devices: number, rounds: number): Promise<EpochCost> {
  await sodiumReady();
  const people = Array.from({ length: devices }, () => makeIdentity(random, 0));
  const [owner, last] = [people[0], people.at(-1)];
  if (!owner || !last) throw new Error('no devices');
  const { log, access, room } = await roomOf(people, owner, last);
  const others = people.slice(1).map(({ device }) => device);
  const cost: Pick<EpochCost, 'prekeysMs' | 'makeMs' | 'joinMs'> = { prekeysMs: [], makeMs: [], joinMs: [] };
  let sizes = { recordBytes: 0, wrapBytes: 0, wrapsBytes: 0 };
  for (let round = 0; round < rounds; round++) {
    const prekeys = directory(people);
    const reader = new LogReader(optionsOf(room, last));
    for (const entry of log) reader.read(entry, true);
    const askedAt = performance.now();
    await fresh(prekeys, others);
    const checkedAt = performance.now();
    const at = { counter: log.length + 1, position: reader.position, date: 0 };
    const { record, wraps } = makeNextEpoch(owner, access, renewalPlan(access), at, prekeys.of, random);
    const madeAt = performance.now();
    const wrap = wrapOf(record, wraps, last.device);
    const comesAt = performance.now();
    const { type } = reader.read({ seq: log.length + 1, record, wrap }, false);
    const readAt = performance.now();
    if (type !== 'epoch' || reader.epochKey?.epoch !== access.epoch + 1) throw new Error('the epoch does not count');
    cost.prekeysMs.push(checkedAt - askedAt);
    cost.makeMs.push(madeAt - checkedAt);
    cost.joinMs.push(readAt - comesAt);
    const wrapsBytes = wraps.reduce((sum, one) => sum + one.length, 0);
    sizes = { recordBytes: record.length, wrapBytes: wrap.length, wrapsBytes };
  }
  return { devices, ...cost, ...sizes };
}

/** A document with its two links, into which its maker has let everybody else. */
async function roomOf(
  people: readonly Identity[],
  owner: Identity,
  last: Identity,
): Promise<{ log: LogEntry[]; access: Access; room: RoomId }> {
  const { room, record, wraps } = makeRoom(owner, random, 0);
  const reader = new LogReader(optionsOf(room, owner));
  reader.read({ seq: 1, record, wrap: wraps[0] ?? new Uint8Array() }, false);
  const first = { seq: 1, record, wrap: wrapOf(record, wraps, last.device) };
  const before = reader.access;
  if (!before) throw new Error('the room does not count');
  if (people.length === 1) return { log: [first], access: before, room };
  const guests = people.slice(1);
  const entries = guests.map(({ principal }) => ({ principal, kind: 'account' as const, role: 'editor' as const }));
  const plan = {
    access: sortById([...before.core.access, ...entries], ({ principal }) => principal),
    links: before.core.links,
    lists: guests.map(({ list }) => list),
  };
  const known = new Map(guests.map(({ device, signedPrekey }) => [device, ownPrekey(device, signedPrekey)]));
  const at = { counter: 2, position: reader.position, date: 0 };
  const next = makeNextEpoch(owner, before, plan, at, (device) => known.get(device), random);
  reader.read({ seq: 2, record: next.record, wrap: wrapOf(next.record, next.wraps, owner.device) }, false);
  if (reader.access?.epoch !== 2) throw new Error('letting in does not count');
  const second = { seq: 2, record: next.record, wrap: wrapOf(next.record, next.wraps, last.device) };
  return { log: [first, second], access: reader.access, room };
}
