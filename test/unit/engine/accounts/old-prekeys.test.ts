import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { MAX_PREKEY_AGE_MS, PREKEY_LIFE_MS } from '../../../../src/engine/epochs/key-lives.ts';
import type { EnginePorts } from '../../../../src/engine/ports.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { decodeClientMessage, encodeClientFrame } from '../../../../src/wire/client-frames.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { encodeRelayFrame } from '../../../../src/wire/relay-frames.ts';
import { accountDevices, PASSWORD, titles, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { LeapClock } from '../../../support/leap-clock.ts';
import { isSaved, TestTab, until } from '../../../support/node-engine.ts';

const HOUR_MS = 3_600_000;
const A_DAY_MS = PREKEY_LIFE_MS + HOUR_MS;
/** As long as a room is waited for. */
const READING_MS = 60_000;
/** Longer than anything takes here that waits for nobody. */
const A_WHILE_MS = 300;
/** More than are opened when a device starts. */
const MANY = 9;

const refusal = (room: RoomId): Uint8Array =>
  encodeRelayFrame({ type: 'refused', room, counter: 0, reason: 'overloaded', detail: '' });

describe('the private part of a prekey that was replaced', () => {
  const devices = accountDevices();
  let clock: LeapClock;
  let boxes: MemoryBoxStore;
  let connection: HostileServer;
  /** The relay has no time for this room. */
  let unread: RoomId | null;

  beforeEach(() => {
    clock = new LeapClock();
    boxes = new MemoryBoxStore();
    connection = new HostileServer(devices.server.origin);
    unread = null;
  });
  const start = (): Promise<Engine> => {
    const connect: EnginePorts['relay']['connect'] = (handlers) => {
      const socket = connection.relay.connect(handlers);
      const send = (message: Uint8Array): void => {
        for (const frame of decodeClientMessage(message))
          if (frame.type !== 'open' || frame.room !== unread) socket.send(encodeClientFrame(frame));
          else handlers.onMessage(refusal(frame.room));
      };
      return { ...socket, send };
    };
    return devices.start(boxes, { http: connection.http, relay: { host: connection.relay.host, connect }, clock });
  };
  const kept = (engine: Engine): number[] => engine.identity.seeds.replaced.map(({ id }) => id);

  /** Ada's device was away while a room that she does not look at went on, for the prekey that she had. */
  async function awayFor(ms: number) {
    const [ada, bob] = [await start(), await devices.start(undefined, { clock })];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room } = await writeAndSave(ada, 'one');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await bob.membership.lookForInvitations());
    value(await bob.membership.acceptInvitation(room));
    await until(() => titles(bob).join() === 'one', 'in');
    for (let count = 0; count < MANY; count++) await writeAndSave(ada, `another ${count}`);
    await devices.stop(ada);
    clock.leap(ms);
    const theirs = await TestTab.open(bob, room);
    for (const text of [', two', ', three']) {
      value(await bob.membership.renewKeys(room));
      theirs.type(text);
      await until(() => isSaved(bob, room), 'written');
    }
    const named = (await bob.open(room))?.namedPrekey(ada.identity.device);
    const again = await start();
    await until(() => again.identity.prekeyId === 2, 'replaced');
    return { ada: again, bob, room, named };
  }

  it('lives until every room was read, those that rest too, and all is read without it', async () => {
    const { ada, room, named } = await awayFor(A_DAY_MS);
    expect([named, kept(ada)]).toEqual([1, [1]]);
    expect(titles(ada)).toContain('one');
    clock.leap(A_DAY_MS);
    await until(() => !kept(ada).includes(1), 'dead');
    await devices.stop(ada);
    const again = await start();
    expect(kept(again)).not.toContain(1);
    expect((await TestTab.open(again, room)).title).toBe('one, two, three');
  });

  it('lives on while an invitation waits, whose room was sealed to it', async () => {
    const [ada, bob] = [await start(), await devices.start(undefined, { clock })];
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const { room } = await writeAndSave(bob, 'theirs');
    value(await bob.membership.invite(room, 'ada', 'viewer'));
    for (const days of [1, 2]) {
      clock.leap(A_DAY_MS + HOUR_MS);
      await until(() => kept(ada).length === days, 'replaced');
    }
    // It looks again within the hour.
    clock.leap(2 * HOUR_MS);
    await new Promise((resolve) => setTimeout(resolve, 5 * A_WHILE_MS));
    expect(kept(ada)).toEqual([1, 2]);
    value(await ada.membership.lookForInvitations());
    value(await ada.membership.acceptInvitation(room));
    await until(() => titles(ada).includes('theirs'), 'reads what was sealed to it');
    clock.leap(2 * HOUR_MS);
    await until(() => !kept(ada).includes(1), 'dead');
  });

  it('lives on while a room cannot be read, and dies when it was', async () => {
    const { ada, room } = await awayFor(A_DAY_MS);
    unread = room;
    clock.leap(A_DAY_MS);
    await until(() => ada.identity.prekeyId === 3, 'the next is replaced');
    const opened = (await ada.open(room)) ?? expect.fail();
    expect(opened.isRead).toBe(false);
    // Longer than it is waited for.
    clock.leap(READING_MS);
    await new Promise((resolve) => setTimeout(resolve, A_WHILE_MS));
    expect(kept(ada)).toEqual([1, 2]);
    unread = null;
    clock.leap(HOUR_MS);
    await until(() => kept(ada).join() === '2', 'dead');
  });

  it('[PK4] nobody seals to one that is over thirty days old; its device comes back with a fresh one', async () => {
    const { ada, bob, room, named } = await awayFor(MAX_PREKEY_AGE_MS + HOUR_MS);
    expect(named).toBe(0);
    const opened = (await ada.open(room)) ?? expect.fail();
    // Neither a wrap nor the home has the secret: what is written stays closed until somebody seals to the fresh one.
    await until(() => opened.lacksKey, 'left out');
    (await TestTab.open(ada, room)).type('!');
    // Longer than what the directory said of it counts.
    clock.leap(2 * 60_000);
    value(await bob.membership.renewKeys(room));
    expect((await bob.open(room))?.namedPrekey(ada.identity.device)).toBe(2);
    await until(() => ada.roomState(room)?.title.includes('three') === true, 'reads on from a snapshot');
    const again = await TestTab.open(ada, room);
    again.type(', four');
    await until(() => titles(bob).join().endsWith(', four'), 'and writes');
    for (const part of ['one', ', two', ', three', '!', ', four']) expect(titles(bob).join()).toContain(part);
  });

  it('[PK4] its own device seals to it all the same', async () => {
    const ada = await start();
    const { room } = await writeAndSave(ada, 'one');
    connection.cut();
    clock.leap(MAX_PREKEY_AGE_MS + HOUR_MS);
    connection.mend();
    await until(() => ada.state().connection === 'online', 'back');
    value(await ada.membership.renewKeys(room));
    expect((await ada.open(room))?.namedPrekey(ada.identity.device)).toBeGreaterThan(0);
  });
});
