import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { EPOCH_LIFE_MS, PREKEY_LIFE_MS } from '../../../../src/engine/epochs/key-lives.ts';
import { PREKEYS_WITHIN_MS } from '../../../../src/engine/sync/prekey-exchange.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { accountDevices, PASSWORD, PROOF, titles, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { LeapClock } from '../../../support/leap-clock.ts';
import { isSaved, TestTab, until } from '../../../support/node-engine.ts';

/** An epoch's life and all jitter. */
const OVER_AN_HOUR_MS = EPOCH_LIFE_MS + 6 * 60_000;
/** Longer than anything takes here that waits for nobody. */
const A_WHILE_MS = 200;
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, A_WHILE_MS));

describe('keys are renewed by the clock', () => {
  const devices = accountDevices();
  let clock: LeapClock;
  beforeEach(() => {
    clock = new LeapClock();
  });
  const start = (connection: HostileServer = new HostileServer(devices.server.origin)): Promise<Engine> =>
    devices.start(new MemoryBoxStore(), { http: connection.http, relay: connection.relay, clock });
  const epochIn = async (engine: Engine, room: RoomId): Promise<number> => (await engine.open(room))?.epoch ?? 0;

  it('a device that is about to write after an hour begins the next epoch first, and not while it only looks', async () => {
    const connection = new HostileServer(devices.server.origin);
    const ada = await start(connection);
    await signUp(ada, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(ada, 'one');
    clock.leap(OVER_AN_HOUR_MS);
    await aWhile();
    expect(await epochIn(ada, room)).toBe(1);
    const from = connection.sent.length;
    tab.type(', two');
    await until(() => isSaved(ada, room), 'saved');
    tab.type(', three');
    await until(() => isSaved(ada, room), 'saved again');
    const kinds = connection.sent.slice(from).flatMap((sent) => {
      if (sent.type !== 'append') return [];
      const { header } = decodeRecord(sent.record);
      return header.room === room ? [`${header.kind} ${header.epoch}`] : [];
    });
    expect(kinds).toEqual(['epoch 2', 'update 2', 'update 2']);
    expect(ada.roomState(room)?.epoch).toBe(2);
  });

  it('two that write at once after an hour lose nothing, and one begins the epoch', async () => {
    const [ada, also] = [await start(), await start()];
    await signUp(ada, 'ada', PASSWORD);
    const { room, tab } = await writeAndSave(ada, '');
    value(await also.accounts.signIn('ada', PROOF, false));
    await until(() => also.state().rooms.length === 1, 'there');
    const other = await TestTab.open(also, room);
    tab.type('-');
    await until(() => other.title === '-', 'both there');
    clock.leap(OVER_AN_HOUR_MS);
    // Both were left out, or named, as it is: they wait for prekeys before either can begin.
    const before = await epochIn(ada, room);
    for (let letter = 0; letter < 5; letter++) {
      tab.type('a');
      other.type('b');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => tab.title.length === 11 && other.title === tab.title, 'all letters on both');
    expect([await epochIn(ada, room), await epochIn(also, room)]).toEqual([before + 1, before + 1]);
    expect([isSaved(ada, room), isSaved(also, room)]).toEqual([true, true]);
  });

  it('typing goes on where the directory does not answer', async () => {
    const connection = new HostileServer(devices.server.origin);
    const [ada, bob] = [await start(connection), await start()];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room, tab } = await writeAndSave(ada, 'one');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    clock.leap(OVER_AN_HOUR_MS);
    connection.keepQuiet('prekeys');
    tab.type(', two');
    await aWhile();
    expect(isSaved(ada, room)).toBe(false);
    await until(() => isSaved(ada, room), 'saved', 2 * PREKEYS_WITHIN_MS);
    expect(await epochIn(ada, room)).toBe(3);
  }, 120_000);

  it('three devices of one account and one of another come to rest in a room, day after day', async () => {
    const [ada, phone, tablet, bob] = [await start(), await start(), await start(), await start()];
    const all = [ada, phone, tablet, bob];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room } = await writeAndSave(ada, 'one');
    for (const engine of [phone, tablet]) {
      value(await engine.accounts.signIn('ada', PROOF, false));
      await until(() => titles(engine).join() === 'one', 'on all devices');
    }
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await bob.membership.lookForInvitations());
    value(await bob.membership.acceptInvitation(room));
    await until(() => titles(bob).join() === 'one', 'in');
    const opened = await Promise.all(all.map(async (engine) => (await engine.open(room)) ?? expect.fail()));
    const own = opened[0] ?? expect.fail();
    const named = (): number[] => all.map((engine) => own.namedPrekey(engine.identity.device));
    const current = (): number[] => all.map((engine) => engine.identity.prekeyId);
    const days = 3;
    const began: number[] = [];
    for (let day = 0; day < days; day++) {
      const from = own.epoch;
      for (let leaps = 0; leaps < 5; leaps++) {
        clock.leap(PREKEY_LIFE_MS / 5 + EPOCH_LIFE_MS);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await until(() => current().every((id) => id === day + 2), `all replaced on day ${day}`);
      for (let minute = 0; named().join() !== current().join(); minute++) {
        if (minute > 100) expect(named()).toEqual(current());
        clock.leap(60_000);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      began.push(own.epoch - from);
    }
    // Each may come with a prekey of its own, and then they have done.
    for (const epochs of began) expect(epochs).toBeLessThanOrEqual(2 * all.length);
    const rested = own.epoch;
    clock.leap(PREKEY_LIFE_MS / 2);
    await aWhile();
    await until(() => opened.every((one) => one.epoch === own.epoch), 'all in one epoch');
    expect(own.epoch).toBe(rested);
    expect(all.map(titles)).toEqual(all.map(() => ['one']));
    for (const engine of all)
      for (const { alarm, failure } of engine.state().rooms) expect([alarm, failure]).toEqual([null, null]);
  }, 120_000);
});
