import { describe, expect, it } from 'vitest';
import type { SnapshotLimits } from '../../../../src/engine/ports.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from '../../../../src/engine/rooms/snapshot-policy.ts';
import { accountDevices, PASSWORD, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { stateOf, TestTab, until } from '../../../support/node-engine.ts';

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
