import { describe, expect, it } from 'vitest';
import { DEFAULT_KEY_LIVES } from '../../../../src/engine/epochs/key-lives.ts';
import type { SnapshotLimits } from '../../../../src/engine/ports.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from '../../../../src/engine/rooms/snapshot-policy.ts';
import { sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { kindOf } from '../../../../src/wire/record.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../../../src/wire/relay-frames.ts';
import { accountDevices, PASSWORD, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { stateOf, TestTab, until } from '../../../support/node-engine.ts';
import { ask, letIn } from '../../../support/simulation/membership-steps.ts';
import { Simulation } from '../../../support/simulation/simulation.ts';

/** Every record is worth a snapshot. */
const EAGER: SnapshotLimits = { ...DEFAULT_SNAPSHOT_LIMITS, minLogBytes: 1, lastWriterDelayMs: 5, othersDelayMs: 5 };

describe('[SN5] whoever is let in', () => {
  const devices = accountDevices();

  it.each([
    { before: 'no snapshot', snapshotLimits: DEFAULT_SNAPSHOT_LIMITS },
    { before: 'an earlier snapshot, which it cannot open', snapshotLimits: EAGER },
  ])('waits for a start that it can open where the relay has $before', async ({ snapshotLimits }) => {
    const line = new HostileServer(devices.server.origin);
    const ada = await devices.start(undefined, { http: line.http, relay: line.relay, snapshotLimits });
    const bob = await devices.start();
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room, tab } = await writeAndSave(ada, 'written before');
    const opened = (await ada.open(room)) ?? expect.fail();
    if (snapshotLimits === EAGER) await until(() => opened.keptRecords === 0 || opened.position.seq > 2, 'a snapshot');
    // Ada's device goes offline between the epoch and the snapshot that it owes.
    const { roster } = opened;
    const ask = roster.ask.bind(roster);
    roster.ask = async (wants) => {
      const outcome = await ask(wants);
      line.cut();
      return outcome;
    };
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await bob.membership.lookForInvitations());
    const accepted = bob.membership.acceptInvitation(room);
    await until(() => bob.state().rooms.length === 1, 'it is being opened');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(stateOf(bob, room)).toMatchObject({ phase: 'opening', failure: null, alarm: null });
    line.mend();
    ada.nudge();
    value(await accepted);
    const mirror = await TestTab.open(bob, room);
    await until(() => mirror.title === 'written before', 'reads what was there');
    expect(stateOf(bob, room).alarm).toBeNull();
    mirror.type('!');
    await until(() => tab.title === 'written before!', 'writes');
  });
});

describe('[SN5] whoever is let in, in virtual time', () => {
  const QUIET = {
    hasMembers: true,
    hostile: [],
    hostileAccounts: [],
    hasHostileDirectory: false,
    forgesPreludes: false,
    keyLives: DEFAULT_KEY_LIVES,
  };
  const setUp = async () => {
    await sodiumReady();
    const simulation = new Simulation(1, { ...QUIET, pace: { minMs: 1, maxMs: 3 } });
    void simulation.relay.start();
    const [alice, bob] = [simulation.addDevice('alice'), simulation.addDevice('bob')];
    await simulation.settle(alice.start());
    await simulation.settle(simulation.createRoom(alice));
    await simulation.settle(bob.start());
    await simulation.pass(2_000);
    const room = simulation.rooms[0] ?? expect.fail();
    const until = async (isSo: () => boolean, what: string): Promise<void> => {
      for (let left = 30_000; left > 0 && !isSo(); left -= 20) await simulation.pass(20);
      if (!isSo()) expect.fail(what);
    };
    return { simulation, alice, bob, room, until, host: { device: alice, room } };
  };

  it('begins in spite of a relay that has once shown it a start that did not convince', async () => {
    const { simulation, bob, host, room, until } = await setUp();
    let forged = 0;
    bob.network.tamper = (message) =>
      decodeRelayMessage(message).map((frame) => {
        if (frame.type !== 'prelude' || kindOf(frame.record) !== 'snapshot' || forged > 0)
          return encodeRelayFrame(frame);
        forged++;
        const record = frame.record.slice();
        record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
        return encodeRelayFrame({ ...frame, record });
      });
    expect(await simulation.settle(letIn(simulation, host, bob, 'editor'))).toBe(true);
    await until(() => bob.engine?.roomState(room.id)?.phase === 'ready', 'reads');
    expect(forged).toBe(1);
  });

  it('[EP8] opens the wrap of its own device though it came by a link before', async () => {
    const { simulation, alice, bob, host, room, until } = await setUp();
    bob.takeRole(room, 'viewer');
    await simulation.settle(bob.join(room));
    await until(() => bob.engine?.roomState(room.id)?.phase === 'ready', 'reads by the link');
    const { principal, list: deviceList } = bob.engine?.identity ?? expect.fail();
    bob.mayChangeIn(room, 'editor');
    expect(await simulation.settle(ask(simulation, host, { type: 'add', principal, role: 'editor', deviceList }))).toBe(
      true,
    );
    await until(() => bob.engine?.roomState(room.id)?.role === 'editor', 'hears of it');
    expect(bob.engine?.roomState(room.id)?.failure).toBeNull();
    expect((await bob.engine?.open(room.id))?.epoch).toBe((await alice.engine?.open(room.id))?.epoch);
  });

  it('begins in an epoch after the one that it was left out of', async () => {
    const { simulation, alice, bob, host, room } = await setUp();
    // The directory knows no prekey of Bob's when he is let in.
    alice.network.tamper = (message) =>
      decodeRelayMessage(message).map((frame) =>
        encodeRelayFrame(frame.type === 'prekeys' ? { ...frame, prekeys: [] } : frame),
      );
    expect(await simulation.settle(letIn(simulation, host, bob, 'viewer'))).toBe(true);
    await simulation.pass(90_000);
    expect(bob.engine?.roomState(room.id)?.phase).toBe('opening');
    alice.network.tamper = null;
    const after = (await alice.engine?.open(room.id))?.epoch ?? 0;
    expect(await simulation.settle(ask(simulation, host, { type: 'renew', after }))).toBe(true);
    for (let left = 90; left > 0 && bob.engine?.roomState(room.id)?.phase !== 'ready'; left--)
      await simulation.pass(1_000);
    expect(bob.engine?.roomState(room.id)?.phase).toBe('ready');
  });
});
