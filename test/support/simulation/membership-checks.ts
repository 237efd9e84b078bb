/** Who is in which room, held against the devices that people really have and the keys that they really hold. */
import { keyAmong } from '../../../src/engine/epochs/epoch-secrets.ts';
import { linkPrincipal } from '../../../src/engine/epochs/link-keys.ts';
import { unwrapSecret } from '../../../src/engine/epochs/wraps.ts';
import type { Room } from '../../../src/engine/rooms/room.ts';
import type { Access } from '../../../src/wire/access.ts';
import { equalBytes } from '../../../src/wire/bytes.ts';
import { idBytes } from '../../../src/wire/ids.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import type { Device } from './device.ts';
import { hold } from './invariants.ts';
import type { EpochSeen } from './log-follower.ts';
import type { Request, SimRoom } from './sim-room.ts';
import type { Simulation } from './simulation.ts';

/** Whether this access list has a place for the person of the device, or for the link that it came by. */
const letsIn = (access: Access, device: Device, opened: Room): boolean =>
  (device.principal !== null && access.members.get(device.principal)?.kind === 'account') ||
  (opened.entrance.by === 'link' && access.members.has(linkPrincipal(opened.entrance.secret)));

/** Whether the log has a place for this device at its end. */
export async function isIn(simulation: Simulation, device: Device, room: SimRoom): Promise<boolean> {
  if (!simulation.plan.hasMembers) return true;
  const access = await simulation.settle(room.follower.follow(simulation.relay.store));
  const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
  // Not there yet.
  if (!access || !opened) return true;
  checkOwner(access, room.name);
  if (!letsIn(access, device, opened) || isKeptOut(simulation, device, room, opened)) return false;
  const state = device.engine?.roomState(room.id);
  const isWaiting = state?.phase === 'opening' || state?.failure === 'cannot-open';
  return !isWaiting || !(await hasNoHolder(simulation, room));
}

/**
 * Something was sealed in an epoch that was shut to some, or that left somebody out, and of the honest who could open it nobody may write any more, or nobody has it:
 * the snapshot that the others wait for is never made.
 */
export async function hasNoHolder(
  simulation: Simulation,
  { id, hostileAccounts, follower }: SimRoom,
): Promise<boolean> {
  const bad = new Set(hostileAccounts.flatMap(({ badEpochs }) => [...badEpochs]));
  const leavesOut = ({ core, principalOfDevice }: Access): boolean => {
    const sealedTo = new Set(core.devices.map(({ device }) => device));
    return simulation.devices.some(
      (device) => device.id && principalOfDevice.has(device.id) && !sealedTo.has(device.id),
    );
  };
  const accesses = follower.epochs.map(({ access }) => access);
  const shut = accesses.filter((access) => bad.has(access.epochHash) || leavesOut(access));
  const lost = shut.filter(({ epoch }) => follower.used.has(epoch));
  if (lost.length === 0) return false;
  for (const { engine } of simulation.devices) {
    const state = engine?.roomState(id);
    if (!engine || state?.phase !== 'ready' || state.readOnly !== null) continue;
    // It was put out, and does not look any more.
    if (state.failure !== null && state.failure !== 'cannot-open') continue;
    const opened = await simulation.settle(engine.open(id));
    // It may have lost the race for that epoch, and keep the secret of its own.
    const has = ({ core, coreHash }: Access): boolean => keyAmong(opened?.secrets ?? [], core, coreHash) !== undefined;
    if (state.failure === null || lost.every(has)) return false;
  }
  return true;
}

/** By its person's first epoch here, for which the directory has handed out a prekey that has died, or none. */
function wasLetInInVain({ engine, id }: Device, epochs: readonly Access[]): boolean {
  if (!engine || !id) return false;
  const { prekeyId, seeds } = engine.identity;
  const living = new Set([prekeyId, ...seeds.replaced.map((one) => one.id)]);
  const first = epochs.find(({ principalOfDevice }) => principalOfDevice.has(id));
  const named = first?.core.devices.find(({ device }) => device === id)?.prekey;
  return first !== undefined && (named === undefined || !living.has(named));
}

/**
 * Whoever was given a bad wrap before it could begin has nothing to follow the log from, and cannot say so: it waits for a snapshot in
 * an epoch that it can open.
 */
function isKeptOut(
  simulation: Simulation,
  device: Device,
  { id, hostileAccounts, follower }: SimRoom,
  opened: Room,
): boolean {
  if (device.engine?.roomState(id)?.phase !== 'opening') return false;
  const bad = new Set(hostileAccounts.flatMap(({ badEpochs }) => [...badEpochs]));
  const accesses = follower.epochs.map(({ access }) => access);
  const isAfterwards =
    accesses.some((access) => bad.has(access.epochHash) && letsIn(access, device, opened)) ||
    (simulation.plan.hasHostileDirectory && wasLetInInVain(device, accesses));
  if (isAfterwards) simulation.chronicle.count('polls with somebody kept out');
  return isAfterwards;
}

/** @throws InvariantBroken */
export async function checkMembership(simulation: Simulation, room: SimRoom): Promise<void> {
  if (!simulation.plan.hasMembers) return;
  const access = await simulation.settle(room.follower.follow(simulation.relay.store));
  hold('a-room-keeps-an-owner', access !== null, `nobody has ${room.name}`);
  checkOwner(access, `${room.name} at its end`);
  for (const [index, seen] of room.follower.epochs.entries()) {
    checkOwner(seen.access, `${room.name} at ${seen.seq}`);
    await checkRecipients(simulation, room, seen, room.follower.epochs[index - 1]);
  }
  for (const wants of room.granted)
    hold('requests-are-answered', wasGranted(room, wants), () => `granted, and not in the log: ${wants.type}`);
  for (const device of simulation.devices) await checkSecrets(simulation, room, device, access);
  simulation.chronicle.count('epochs', room.follower.epochs.length);
}

function checkOwner(access: Access, where: string): void {
  const owners = [...access.members.values()].filter(({ kind, role }) => kind === 'account' && role === 'owner');
  hold('a-room-keeps-an-owner', owners.length > 0, where);
}

/**
 * Each recipient is a device that a member really has. Of epochs that the honest have begun: by its own prekey, none older than the
 * one named before, and that device can open the wrap.
 */
async function checkRecipients(
  simulation: Simulation,
  room: SimRoom,
  seen: EpochSeen,
  before?: EpochSeen,
): Promise<void> {
  const { keyring, relay } = simulation;
  const { access, seq } = seen;
  const { core, coreHash } = access;
  const isHostile = room.hostileAccounts.some(({ identity }) => identity.device === seen.signer);
  const where = `${room.name} at ${seq}`;
  for (const { device, prekey } of core.devices) {
    const principal = keyring.principalOf(device);
    const isMember = principal !== undefined && access.members.get(principal)?.kind === 'account';
    hold('no-stranger-sealed-to', isMember, () => `a device of nobody who is in ${where}`);
    // A device may contradict itself, to its own loss.
    if (isHostile || room.hostileAccounts.some(({ identity }) => identity.device === device)) continue;
    const named = before?.access.core.devices.find((entry) => entry.device === device)?.prekey ?? 0;
    hold('no-stranger-sealed-to', prekey >= named, () => `prekey ${prekey} after ${named}, in ${where}`);
    const own = keyring.prekey(device, prekey);
    hold('no-stranger-sealed-to', own !== undefined, () => `a prekey that its device never had, in ${where}`);
    const wrap = await simulation.settle(createRoomLogs(relay.store).wrap(room.id, seq, [idBytes(device)]));
    const opened = unwrapSecret(wrap, core, coreHash, device, own);
    hold('no-stranger-sealed-to', opened.ok, () => `a wrap that its device cannot open, in ${where}`);
  }
}

/** Whether the room ever was as it was asked for. */
function wasGranted({ follower }: SimRoom, wants: Request): boolean {
  const has = (access: Access): boolean => {
    switch (wants.type) {
      case 'add':
      case 'role':
        return access.members.get(wants.principal)?.role === wants.role;
      case 'remove':
      case 'end-link':
        return !access.members.has(wants.principal);
      case 'make-link':
        return access.members.get(wants.principal)?.kind === 'link';
      case 'renew':
        return access.epoch > wants.after;
      case 'leave':
        return true;
    }
  };
  return follower.epochs.some(({ access }) => has(access));
}

/** What a device holds of the chain: nothing of epochs in which it had no place. And whom it believes to be in. */
async function checkSecrets(simulation: Simulation, room: SimRoom, device: Device, access: Access): Promise<void> {
  const opened = await simulation.settle(device.engine?.open(room.id) ?? Promise.resolve(undefined));
  if (!opened) return;
  for (const seen of room.follower.epochs) {
    const secret = simulation.keyring.epochs.get(seen.access.coreHash)?.secret;
    const has = opened.secrets.some(
      (known) => secret && known.epoch === seen.access.epoch && equalBytes(known.secret, secret),
    );
    const mayHave = letsIn(seen.access, device, opened) || device.cameByLink(room, seen.access);
    hold(
      'who-is-out-opens-nothing',
      !has || mayHave,
      () => `${device.name}: epoch ${seen.access.epoch} of ${room.name}`,
    );
  }
  if (!device.roles.has(room) || !(await isIn(simulation, device, room))) return;
  const roster = opened.roster.read();
  const said = roster?.members.map(({ principal, role }) => `${principal} ${role}`).sort();
  const wanted = [...access.members].flatMap(([principal, { kind, role }]) =>
    kind === 'account' ? [`${principal} ${role}`] : [],
  );
  hold('all-agree-who-is-in', said?.join() === wanted.sort().join(), () => `${device.name} in ${room.name}`);
}
