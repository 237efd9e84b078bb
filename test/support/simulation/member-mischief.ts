/** A relay that cheats about who is in a room: keeps epochs and wraps back, mixes them up, slips in those of strangers, or forks. */
import type { LogReader } from '../../../src/engine/rooms/log-reader.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { WRAP_BYTES } from '../../../src/wire/epoch.ts';
import { ID_BYTES, idBytes } from '../../../src/wire/ids.ts';
import { decodeRecord, kindOf } from '../../../src/wire/record.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import type { Device } from './device.ts';
import { sceneOf } from './hostile/account-steps.ts';
import { additions } from './hostile/additions.ts';
import { twoEpochs } from './hostile/epoch-deeds.ts';
import { hold } from './invariants.ts';
import { isIn } from './membership-checks.ts';
import { ask, ownersIn } from './membership-steps.ts';
import { cheatWith, checkInTime, isEntry, once, type Tamper } from './mischief.ts';
import { readLog, type Stored } from './room-log.ts';
import type { SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';

/** So often somebody renews keys while the relay cheats. Milliseconds. */
const RENEW_EVERY_MS = 6_000;
const POLL_MS = 250;
const PATIENCE_MS = 45_000;

type EntryFrame = Extract<RelayFrame, { type: 'entry' }>;
const isEpoch = (frame: RelayFrame): boolean => frame.type === 'entry' && kindOf(frame.record) === 'epoch';
const isOf = (frame: RelayFrame, { id }: SimRoom): boolean =>
  frame.type === 'entry' && decodeRecord(frame.record).header.room === id;
const changed =
  (change: (frame: EntryFrame) => readonly RelayFrame[]): Tamper =>
  (frame) =>
    frame.type === 'entry' ? change(frame) : [frame];

type Scene = { readonly simulation: Simulation; readonly room: SimRoom; readonly victim: Device };
/** Undefined: it cannot be done in this run. */
type Plot = (scene: Scene) => Promise<Tamper | undefined> | Tamper;

const PLOTS = {
  'an epoch kept back': () => once(isEpoch, () => []),
  'a wrap kept back': () =>
    once(
      isEpoch,
      changed((frame) => [{ ...frame, wrap: new Uint8Array() }]),
    ),
  'a wrap of somebody else': ({ simulation: { random } }) =>
    once(
      isEpoch,
      changed((frame) => [{ ...frame, wrap: random.bytes(WRAP_BYTES) }]),
    ),
  'an epoch of a stranger': async (scene) => {
    const forged = await strangersEpochs(scene);
    return once(
      isEntry,
      changed((frame) => [{ ...frame, record: forged, wrap: new Uint8Array() }, frame]),
    );
  },
  'two epochs for one number': twoFaced,
} satisfies Record<string, Plot>;
export const MEMBER_MISCHIEF = Object.keys(PLOTS);

async function strangersEpochs({ simulation, room, victim }: Scene): Promise<Uint8Array> {
  const { settle, random, judgements, chronicle } = bound(simulation);
  const opened = await settle(victim.engine?.open(room.id) ?? Promise.resolve(undefined));
  const access = await settle(room.follower.follow(simulation.relay.store));
  if (!access || !opened) throw new Error('a room that nobody has');
  const { kind, record } = random.pick(additions(simulation, room, { access, at: opened.position }, [], []));
  chronicle.count('unauthorised additions');
  chronicle.count(`addition by ${kind}`);
  judgements.forbid(recordHash(blake2b, record), `an epoch by ${kind}`);
  return record;
}

const bound = (simulation: Simulation) => ({
  settle: <T>(work: Promise<T>): Promise<T> => simulation.settle(work),
  random: simulation.random,
  judgements: simulation.judgements,
  chronicle: simulation.chronicle,
});

/** A member signs two: the victim gets the other one. */
async function twoFaced({ simulation, room, victim }: Scene): Promise<Tamper | undefined> {
  const member = room.hostileAccounts.find(({ role, isReady }) => role !== 'viewer' && isReady);
  const scene = member && (await simulation.settle(sceneOf(simulation, room, member)));
  if (!member || !scene) return undefined;
  const [deed, other] = twoEpochs(scene);
  const own = (wrap: Uint8Array): boolean =>
    Boolean(victim.id && Buffer.from(wrap.subarray(0, ID_BYTES)).equals(idBytes(victim.id)));
  const wrap = other.wraps.find(own) ?? new Uint8Array();
  member.do(deed);
  return once(
    isEpoch,
    changed((frame) => [{ ...frame, record: other.record, wrap }]),
  );
}

/** Whoever can be cheated without an alarm being on already, and an owner who does things meanwhile. */
async function cast(simulation: Simulation): Promise<{ room: SimRoom; owner: Device; victim: Device } | undefined> {
  const { rooms, devices, random } = simulation;
  const room = random.pick(rooms);
  const isFine = (device: Device): boolean => {
    const state = device.engine?.roomState(room.id);
    return state?.phase === 'ready' && state.caughtUp && state.failure === null && state.alarm === null;
  };
  const owner = ownersIn(simulation, room).find((device) => isFine(device) && device.tabsIn(room).length > 0);
  const present: Device[] = [];
  for (const device of devices)
    if (device !== owner && device.roles.has(room) && isFine(device) && (await isIn(simulation, device, room)))
      present.push(device);
  return owner && present.length > 0 ? { room, owner, victim: random.pick(present) } : undefined;
}

export async function cheatMembers(simulation: Simulation): Promise<void> {
  const { random, chronicle, scheduler } = simulation;
  const found = await cast(simulation);
  if (!found) return;
  const { room, owner, victim } = found;
  const name = random.pick(MEMBER_MISCHIEF) as keyof typeof PLOTS;
  // What is sent to the victim meanwhile is not changed yet: the room is open, and stays it.
  const tamper = await (PLOTS[name] as Plot)({ simulation, room, victim });
  if (!tamper) return;
  chronicle.fault(`mischief: ${name}`, victim.name);
  simulation.victim = victim;
  // By itself the other epoch is as good as the one in the log: what follows tells.
  const isSeenAtOnce = name !== 'two epochs for one number';
  // The victim may be in other rooms too.
  const inRoom: Tamper = (frame) => (isOf(frame, room) ? tamper(frame) : [frame]);
  const { onDown, shownAt } = cheatWith(
    inRoom,
    () => scheduler.now,
    isSeenAtOnce,
    (frame) => isOf(frame, room),
  );
  victim.network.tamper = onDown;
  const isNoticed = (): boolean => {
    const state = victim.engine?.roomState(room.id);
    return Boolean(state && state.alarm !== null && simulation.noticedAt !== null);
  };
  for (let passed = 0; passed < PATIENCE_MS && !isNoticed(); passed += POLL_MS) {
    if (passed % RENEW_EVERY_MS === 0) renew(simulation, owner, room);
    await simulation.pass(POLL_MS);
  }
  hold('mischief-is-noticed', isNoticed(), `${victim.name}: ${name}`);
  checkInTime(simulation, shownAt(), `${victim.name}: ${name}`);
}

function renew(simulation: Simulation, owner: Device, room: SimRoom): void {
  const go = async (): Promise<void> => {
    const after = (await owner.engine?.open(room.id))?.epoch ?? 0;
    await ask(simulation, { device: owner, room }, { type: 'renew', after });
  };
  go().catch((error: unknown) => simulation.chronicle.broke(error));
}

/**
 * A reader that has read the whole log is served epochs of all who have no right to write one. None counts, and who is in stays as it
 * was. @throws InvariantBroken
 */
export async function checkAdditions(
  simulation: Simulation,
  room: SimRoom,
  entries: readonly Stored[],
  reader: LogReader,
): Promise<void> {
  const { access } = reader;
  if (!access) return;
  const records = new Map(entries.map(({ seq, record }) => [seq, record]));
  const epochs = room.follower.epochs.flatMap((seen) => {
    const record = records.get(seen.seq);
    return record ? [{ ...seen, record }] : [];
  });
  const others: Uint8Array[] = [];
  for (const other of simulation.rooms)
    if (other !== room) {
      const [first] = await simulation.settle(readLog(simulation.relay.store, other.id));
      if (first) others.push(first.record);
    }
  for (const { kind, record } of additions(
    simulation,
    room,
    { access, at: reader.position },
    epochs.slice(-6),
    others,
  )) {
    const { type } = reader.read({ seq: reader.position.seq + 1, record, wrap: new Uint8Array() }, false);
    hold('no-stranger-sealed-to', type === 'void' && reader.access === access, () => `an epoch by ${kind} counts`);
    simulation.chronicle.count('unauthorised additions');
    simulation.chronicle.count(`addition by ${kind}`);
  }
}
