/** What a device does whom somebody has given another secret than the others, or none, in virtual time. */
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_KEY_LIVES } from '../../../../src/engine/epochs/key-lives.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from '../../../../src/engine/rooms/snapshot-policy.ts';
import { sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { TITLE_NAME } from '../../../../src/wire/document.ts';
import { decodeNotice } from '../../../../src/wire/notice.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { decodeRelayMessage, encodeRelayFrame, type RelayFrame } from '../../../../src/wire/relay-frames.ts';
import type { Device } from '../../../support/simulation/device.ts';
import { sceneOf } from '../../../support/simulation/hostile/account-steps.ts';
import { type ShutsOut, shutOut } from '../../../support/simulation/hostile/epoch-deeds.ts';
import type { HostileAccount } from '../../../support/simulation/hostile/hostile-account.ts';
import { ask, letIn } from '../../../support/simulation/membership-steps.ts';
import { readLog } from '../../../support/simulation/room-log.ts';
import type { SimRoom } from '../../../support/simulation/sim-room.ts';
import { Simulation } from '../../../support/simulation/simulation.ts';

const QUIET = {
  hasMembers: true,
  hostile: [],
  hostileAccounts: ['editor'],
  hasHostileDirectory: false,
  forgesPreludes: false,
  pace: { minMs: 1, maxMs: 3 },
  keyLives: { ...DEFAULT_KEY_LIVES, knownMs: 1_000 },
  // Such short logs get no snapshot but those that are owed.
  snapshotLimits: DEFAULT_SNAPSHOT_LIMITS,
} as const;

describe('a device that cannot open the current epoch', () => {
  let simulation: Simulation;
  let room: SimRoom;
  let alice: Device;
  let bob: Device;
  let mallory: HostileAccount;

  beforeAll(sodiumReady);
  beforeEach(async () => {
    simulation = new Simulation(1, QUIET);
    void simulation.relay.start();
    alice = simulation.addDevice('alice');
    bob = simulation.addDevice('bob');
    await simulation.settle(alice.start());
    await simulation.settle(simulation.createRoom(alice));
    await simulation.settle(bob.start());
    await simulation.pass(2_000);
    room = simulation.rooms[0] ?? expect.fail();
    mallory = room.hostileAccounts[0] ?? expect.fail();
    expect(await simulation.settle(letIn(simulation, { device: alice, room }, bob, 'editor'))).toBe(true);
    const { principal, list: deviceList } = mallory.identity;
    const wants = { type: 'add', principal, role: 'editor', deviceList } as const;
    expect(await simulation.settle(ask(simulation, { device: alice, room }, wants))).toBe(true);
    mallory.enter();
    await until(() => mallory.isReady && titleOf(bob) !== undefined, 'all are there');
    type(alice, 'hello');
    await until(() => titleOf(bob) === 'hello', 'they write');
    // Everybody is named in this epoch, and the starts that are owed are made.
    await simulation.pass(2_000);
    await renew();
    await simulation.pass(5_000);
  });

  async function until(isSo: () => boolean, what: string, withinMs = 20_000): Promise<void> {
    for (let left = withinMs; left > 0 && !isSo(); left -= 20) await simulation.pass(20);
    if (!isSo()) expect.fail(`not within ${withinMs} ms: ${what}`);
  }
  const type = (device: Device, text: string): void => {
    const [tab] = device.tabsIn(room);
    const title = tab?.doc.getText(TITLE_NAME) ?? expect.fail('no tab');
    title.insert(title.length, text);
  };
  const titleOf = (device: Device): string | undefined => device.tabsIn(room)[0]?.doc.getText(TITLE_NAME).toString();
  const stateOf = (device: Device) => device.engine?.roomState(room.id) ?? expect.fail();

  async function renew(): Promise<void> {
    const { epoch: after } = stateOf(alice);
    expect(await simulation.settle(ask(simulation, { device: alice, room }, { type: 'renew', after }))).toBe(true);
  }

  /** Mallory begins an epoch. */
  async function strike(how: ShutsOut, victims: readonly Device[]): Promise<void> {
    await until(() => mallory.isReady, 'Mallory is ready');
    const scene = (await simulation.settle(sceneOf(simulation, room, mallory))) ?? expect.fail();
    const hit = victims.map((device) => device.id ?? expect.fail());
    mallory.do(shutOut(scene, how, (recipient) => hit.some((device) => device === recipient)) ?? expect.fail());
  }
  const log = async () => {
    const entries = await simulation.settle(readLog(simulation.relay.store, room.id));
    return entries.map(({ record }) => decodeRecord(record));
  };
  const epochsOf = async (device: Device): Promise<number> =>
    (await log()).filter(({ header }) => header.kind === 'epoch' && header.sender === device.id).length;

  it.each<ShutsOut>(['garbage', 'another secret'])(
    '[NO5] names who gave it %s, begins the next epoch, and goes on',
    async (how) => {
      await strike(how, [bob]);
      await until(() => stateOf(bob).failure === 'cannot-open', 'shut out');
      expect(stateOf(bob).shutOutBy).toBe(mallory.identity.principal);
      expect(stateOf(alice)).toMatchObject({ failure: null, shutOutBy: null });
      await until(() => stateOf(bob).failure === null, 'back again', 2_000);
      expect(stateOf(bob).shutOutBy).toBeNull();
      const last = (await log()).slice(-4);
      const objection = last.find(({ header }) => header.kind === 'notice') ?? expect.fail();
      expect(objection.header.sender).toBe(bob.id);
      expect(decodeNotice(objection.body, objection.header).type).toBe('objection');
      expect(await epochsOf(bob)).toBe(1);
      type(bob, ' again');
      await until(() => titleOf(alice) === 'hello again', 'writes');
    },
  );

  /** While Bob is away, Mallory shuts him out, and Alice writes in that epoch. */
  async function missing(how: ShutsOut): Promise<void> {
    const before = stateOf(alice).epoch;
    bob.network.state = 'down';
    bob.connection?.cut(0, 0);
    await strike(how, [bob]);
    await until(() => stateOf(alice).epoch > before, 'it is in the log');
    type(alice, ' unread');
    await simulation.pass(200);
    expect(stateOf(alice)).toMatchObject({ epoch: before + 1, saved: { at: 'relay' } });
  }
  const comeBack = (): void => {
    bob.network.state = 'up';
    bob.engine?.nudge();
  };

  it('gets what was written meanwhile by a snapshot, and loses nothing of its own', async () => {
    await missing('garbage');
    type(bob, ' unsent');
    comeBack();
    await until(() => titleOf(bob)?.includes('unread') === true, 'has it by a snapshot', 60_000);
    await until(() => titleOf(alice)?.includes('unsent') === true, 'and Alice has the other');
    expect(stateOf(bob)).toMatchObject({ failure: null, alarm: null, rescued: false, saved: { at: 'relay' } });
    expect(titleOf(bob)).toBe(titleOf(alice));
  });

  it('[SN5] asks for what it has missed, though somebody else has begun the next epoch before', async () => {
    await missing('another secret');
    await renew();
    comeBack();
    await until(() => stateOf(bob).epoch === stateOf(alice).epoch, 'has the key of this epoch');
    expect(stateOf(bob)).toMatchObject({ failure: 'cannot-open', shutOutBy: mallory.identity.principal });
    await until(() => titleOf(bob) === 'hello unread', 'has it by a snapshot', 60_000);
    await until(() => stateOf(bob).failure === null, 'goes on');
    expect(stateOf(bob).shutOutBy).toBeNull();
    expect(await epochsOf(bob)).toBe(1);
  });

  it('[SN5] gets it from a visitor who has written nothing yet, where nobody else has it', async () => {
    const carol = simulation.addDevice('carol');
    carol.takeRole(room, 'editor');
    await simulation.settle(carol.start());
    expect(await simulation.settle(carol.join(room))).toBe(true);
    await simulation.settle(carol.openTab(room));
    await until(() => titleOf(carol) === 'hello', 'reads by the link');
    await missing('another secret');
    await until(() => titleOf(carol) === 'hello unread', 'reads on');
    alice.network.state = 'down';
    alice.connection?.cut(0, 0);
    comeBack();
    await until(() => titleOf(bob) === 'hello unread', 'has it by a snapshot', 60_000);
    const { header } = (await log()).findLast((record) => record.header.kind === 'snapshot') ?? expect.fail();
    expect(header.sender).toBe(carol.id);
  });

  it('[SN6] asks others for a snapshot of what it has missed, where it may write nothing', async () => {
    const principal = bob.principal ?? expect.fail();
    expect(
      await simulation.settle(ask(simulation, { device: alice, room }, { type: 'role', principal, role: 'viewer' })),
    ).toBe(true);
    await until(() => stateOf(bob).role === 'viewer', 'only reads');
    await missing('another secret');
    await renew();
    const snapshots = async () => (await log()).filter(({ header }) => header.kind === 'snapshot').length;
    const before = await snapshots();
    comeBack();
    await until(() => titleOf(bob) === 'hello unread', 'has it by a snapshot', 30_000);
    expect(stateOf(bob)).toMatchObject({ failure: null, role: 'viewer', shutOutBy: null });
    await simulation.pass(60_000);
    expect(await snapshots()).toBe(before + 1);
    expect(await epochsOf(bob)).toBe(0);
  });

  it('takes longer each time, for it can be done again and again', async () => {
    const during = 60_000;
    for (let left = during; left > 0; left -= 500) {
      await simulation.pass(500);
      if (mallory.isReady && stateOf(bob).failure === null) await strike('garbage', [bob]);
    }
    // Doubling from a tenth of a second to a minute.
    expect(await epochsOf(bob)).toBeLessThan(16);
    const { principal } = mallory.identity;
    expect(await simulation.settle(ask(simulation, { device: alice, room }, { type: 'remove', principal }))).toBe(true);
    await until(() => stateOf(bob).failure === null, 'Mallory is out', 90_000);
  });

  it('lets an owner who is shut out remove whoever did it', async () => {
    await strike('garbage', [alice]);
    await until(() => stateOf(alice).failure === 'cannot-open', 'shut out');
    const { principal } = mallory.identity;
    expect(await simulation.settle(ask(simulation, { device: alice, room }, { type: 'remove', principal }))).toBe(true);
    expect(stateOf(alice)).toMatchObject({ failure: null, shutOutBy: null });
  });

  it('[EP8] blames nobody where the relay has kept the wrap back, and helps itself after a while', async () => {
    let kept = 0;
    const without = (frame: RelayFrame): RelayFrame => {
      if (frame.type !== 'entry' || frame.wrap.length === 0 || kept > 0) return frame;
      kept++;
      return { ...frame, wrap: new Uint8Array() };
    };
    bob.network.tamper = (message) => decodeRelayMessage(message).map((frame) => encodeRelayFrame(without(frame)));
    void ask(
      simulation,
      { device: alice, room },
      { type: 'renew', after: (await alice.engine?.open(room.id))?.epoch ?? 0 },
    );
    await until(() => stateOf(bob).failure === 'cannot-open', 'shut out');
    expect(stateOf(bob)).toMatchObject({ alarm: 'bad-record', shutOutBy: null });
    await simulation.pass(20_000);
    expect(stateOf(bob).failure).toBe('cannot-open');
    await until(() => stateOf(bob).failure === null, 'back again', 15_000);
  });
});
