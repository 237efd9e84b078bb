import { beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../../src/engine/engine.ts';
import { PREKEY_LIFE_MS } from '../../../../src/engine/epochs/key-lives.ts';
import type { EnginePorts } from '../../../../src/engine/ports.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { decodeClientMessage } from '../../../../src/wire/client-frames.ts';
import { decodeEpochBody } from '../../../../src/wire/epoch.ts';
import type { DeviceId, RoomId } from '../../../../src/wire/ids.ts';
import { decodePrekey } from '../../../../src/wire/prekey.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { prekeyKey } from '../../../../sync-server/store/keys.ts';
import { accountDevices, PASSWORD, PROOF, titles, writeAndSave } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { copyOfVault } from '../../../support/copied-log.ts';
import { FailingBoxStore } from '../../../support/failing-box-store.ts';
import { LeapClock } from '../../../support/leap-clock.ts';
import { isSaved, TestTab, until } from '../../../support/node-engine.ts';
import { TamperingRelay } from '../../../support/tampering-relay.ts';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** More than a prekey's life, less than two. */
const A_DAY_MS = PREKEY_LIFE_MS + HOUR_MS;
/** Longer than anything takes here that waits for nobody. */
const A_WHILE_MS = 300;
/** Longer than a device waits that is named with a replaced prekey. */
const WAIT_MS = 2 * MINUTE_MS;

describe('a prekey that is over a day old', () => {
  const devices = accountDevices();
  let clock: LeapClock;
  let connection: HostileServer;
  let boxes: MemoryBoxStore;

  beforeEach(() => {
    clock = new LeapClock();
    connection = new HostileServer(devices.server.origin);
    boxes = new MemoryBoxStore();
  });
  const start = (overrides: Pick<EnginePorts, 'http' | 'relay'> = connection): Promise<Engine> =>
    devices.start(boxes, { http: overrides.http, relay: overrides.relay, clock });

  /** By its id; 0: the directory has none. */
  const inDirectory = async (device: DeviceId): Promise<number> => {
    const stored = await devices.server.store.get(prekeyKey(device));
    return stored ? decodePrekey(stored).prekey.id : 0;
  };
  const homeOf = (): RoomId => connection.sent.find((sent) => sent.type === 'open')?.room ?? expect.fail();
  const namedIn = async (engine: Engine, room: RoomId): Promise<number> =>
    (await engine.open(room))?.namedPrekey(engine.identity.device) ?? 0;

  /** What was sent since, in words. */
  const told = (line: HostileServer, from: number, home: RoomId, own: DeviceId): string[] =>
    line.sent.slice(from).flatMap((sent) => {
      if (sent.type === 'offer') return [`offer ${decodePrekey(sent.prekey).prekey.id}`];
      if (sent.type !== 'append') return [];
      const { header, body } = decodeRecord(sent.record);
      const where = header.room === home ? 'home' : 'room';
      if (header.kind !== 'epoch') return [`${where}: ${header.kind}`];
      const named = decodeEpochBody(body).core.devices.find(({ device }) => device === own);
      return [`${where}: epoch for ${named?.prekey}`];
    });

  it('is replaced by a guest: on disk, then in the directory, then in its rooms', async () => {
    const ada = await start();
    const { device } = ada.identity;
    const { room, tab } = await writeAndSave(ada, 'one');
    const from = connection.sent.length;
    clock.leap(A_DAY_MS);
    await until(() => ada.identity.prekeyId === 2, 'replaced');
    expect(await inDirectory(device)).toBe(2);
    expect(await namedIn(ada, room)).toBe(1);
    clock.leap(WAIT_MS);
    const opened = (await ada.open(room)) ?? expect.fail();
    await until(() => opened.namedPrekey(device) === 2, 'named with it');
    tab.type(', two');
    await until(() => isSaved(ada, room), 'saved');
    expect(told(connection, from, room, device).filter((what) => !what.endsWith('update'))).toEqual([
      'offer 2',
      'home: epoch for 2',
    ]);
    await devices.stop(ada);
    const again = await start();
    expect([again.identity.prekeyId, again.identity.seeds.replaced.map(({ id }) => id)]).toEqual([2, [1]]);
    await until(() => titles(again).join() === 'one, two', 'reads all');
  });

  it('[PK5] is replaced with an account in this order: entry in the home, the home’s epoch, directory, rooms', async () => {
    const ada = await start();
    await signUp(ada, 'ada', PASSWORD);
    const home = homeOf();
    const { device } = ada.identity;
    const { room } = await writeAndSave(ada, 'one');
    const from = connection.sent.length;
    clock.leap(A_DAY_MS);
    await until(() => ada.identity.prekeyId === 2, 'replaced');
    clock.leap(WAIT_MS);
    const opened = (await ada.open(room)) ?? expect.fail();
    await until(() => opened.namedPrekey(device) === 2, 'named with it');
    await until(() => isSaved(ada, room), 'saved');
    expect(told(connection, from, home, device).slice(0, 4)).toEqual([
      'home: update',
      'home: epoch for 2',
      'offer 2',
      'room: epoch for 2',
    ]);
  });

  it('is replaced at once where the directory has another one: the profile was put back', async () => {
    const ada = await start();
    await until(() => ada.state().connection === 'online', 'online');
    const before = await copyOfVault(boxes);
    clock.leap(A_DAY_MS);
    await until(() => ada.identity.prekeyId === 2, 'replaced');
    await devices.stop(ada);
    boxes = before;
    const again = await start();
    expect(again.identity.prekeyId).toBe(1);
    await until(() => again.identity.prekeyId === 3, 'replaced by one that is newer than what the directory has');
    expect(await inDirectory(again.identity.device)).toBe(3);
  });

  it('[PK5] is not replaced while the disk does not take the next one: nobody hears of it', async () => {
    const disk = new FailingBoxStore(boxes);
    const ada = await devices.start(disk, { http: connection.http, relay: connection.relay, clock });
    const { device } = ada.identity;
    await until(() => ada.state().connection === 'online', 'online');
    disk.commitsFailWith = 'full';
    clock.leap(A_DAY_MS);
    await new Promise((resolve) => setTimeout(resolve, A_WHILE_MS));
    expect([ada.identity.seeds.next, ada.identity.prekeyId, await inDirectory(device)]).toEqual([null, 1, 1]);
    disk.commitsFailWith = null;
    await devices.stop(ada);
    const again = await start();
    await until(() => again.identity.prekeyId === 2, 'replaced');
  });

  it('goes by its own ids where the directory claims one that is far ahead', async () => {
    const relay = new TamperingRelay(devices.server.origin);
    relay.tamper = (frame) => [frame.type === 'offered' ? { ...frame, id: 0xffff_fffe } : frame];
    const ada = await start({ http: connection.http, relay });
    await until(() => ada.state().connection === 'online', 'online');
    clock.leap(A_DAY_MS);
    await until(() => ada.identity.seeds.next !== null, 'the next one');
    expect(ada.identity.seeds.next?.id).toBe(2);
  });

  /** A device that has put its next prekey into the home and hears nothing of it, and another one of its account. */
  async function stuck() {
    const ada = await start();
    await signUp(ada, 'ada', PASSWORD);
    const home = homeOf();
    const { room } = await writeAndSave(ada, 'one');
    clock.leap(PREKEY_LIFE_MS / 2);
    const line = new HostileServer(devices.server.origin);
    const phone = await devices.start(undefined, { http: line.http, relay: line.relay, clock });
    value(await phone.accounts.signIn('ada', PROOF, false));
    await until(() => titles(phone).join() === 'one', 'on the phone');
    const atHome = (await phone.open(home)) ?? expect.fail();
    const rooms = [atHome, (await phone.open(room)) ?? expect.fail()];
    const isIn = (): boolean => rooms.every((one) => one.namedPrekey(phone.identity.device) === 1 && one.waiting === 0);
    for (let tries = 0; !isIn(); tries++) {
      if (tries > 20) expect.fail('the phone stays left out');
      clock.leap(MINUTE_MS);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    connection.holdBack(home);
    const from = connection.sent.length;
    clock.leap(PREKEY_LIFE_MS / 2 + HOUR_MS);
    await until(() => told(connection, from, home, ada.identity.device).includes('home: update'), 'the entry');
    await until(() => !atHome.isHealed, 'seen by the phone');
    await devices.stop(ada);
    connection.release();
    const begun = line.sent.length;
    return { phone, room, said: () => told(line, begun, home, ada.identity.device) };
  }

  it('[PK6] no room goes on in an epoch for it before the home does, whichever device begins that', async () => {
    const { phone, room, said } = await stuck();
    value(await phone.membership.renewKeys(room));
    await until(() => isSaved(phone, room) && said().length >= 3, 'the secret is in the home');
    expect(said().slice(0, 3)).toEqual(['home: epoch for 2', 'room: epoch for 2', 'home: update']);
    // What the other device has begun is as good as its own.
    const ada = await start();
    await until(() => ada.identity.prekeyId === 2, 'replaced');
    await until(() => ada.roomState(room)?.caughtUp === true, 'reads on');
    (await TestTab.open(ada, room)).type(', two');
    await until(() => titles(phone).join() === 'one, two', 'and writes');
  });

  it('[PK6] no secret goes into the home while it names a prekey of which a newer one is known', async () => {
    const { phone, said } = await stuck();
    await writeAndSave(phone, 'two');
    expect(
      said()
        .filter((what) => what.startsWith('home'))
        .slice(0, 2),
    ).toEqual(['home: epoch for 2', 'home: update']);
  });

  it('is replaced whatever the step at which the device stops, and nothing is lost', async () => {
    const whole = await replaceAndStop(Infinity, true);
    // The entry, the home's epoch, the offer, the document's epoch, its secret for the home.
    expect(whole).toBe(5);
    for (let at = 1; at <= whole; at++) for (const arrives of [true, false]) await replaceAndStop(at, arrives);
  }, 120_000);

  /** The device stops with this frame since its prekey has become old. Returns how many it sent. */
  async function replaceAndStop(at: number, arrives: boolean): Promise<number> {
    boxes = new MemoryBoxStore();
    connection = new HostileServer(devices.server.origin);
    const line = new EndingLine(connection);
    const ada = await start(line);
    await signUp(ada, `ada-${at}-${arrives}`.toLowerCase(), PASSWORD);
    const { room } = await writeAndSave(ada, 'one');
    const opened = (await ada.open(room)) ?? expect.fail();
    const isOver = (): boolean => line.isCut || (opened.namedPrekey(ada.identity.device) === 2 && isSaved(ada, room));
    line.endAt(at, arrives);
    clock.leap(A_DAY_MS);
    await until(() => line.isCut || ada.identity.prekeyId === 2, 'replaced, or stopped');
    clock.leap(WAIT_MS);
    await until(isOver, 'named with it, or stopped');
    await devices.stop(ada);
    const { count } = line;
    line.endAt(Infinity, true);
    const again = await start(line);
    await until(() => again.identity.prekeyId === 2, `replaced after step ${at}`);
    await until(() => again.roomState(room)?.caughtUp === true, 'caught up');
    clock.leap(WAIT_MS);
    const same = (await again.open(room)) ?? expect.fail();
    await until(() => same.namedPrekey(again.identity.device) === 2, `named with it after step ${at}`);
    (await TestTab.open(again, room)).type(', two');
    await until(() => isSaved(again, room), 'saved');
    expect(titles(again)).toEqual(['one, two']);
    await devices.stop(again);
    return count;
  }
});

/** A connection that ends with a frame that the engine sends. */
class EndingLine {
  readonly http: EnginePorts['http'];
  readonly relay: EnginePorts['relay'];
  isCut = false;
  /** Frames about prekeys and logs since it was told when to end. */
  count = 0;
  #at = Infinity;
  #arrives = true;
  readonly #server: HostileServer;

  constructor(server: HostileServer) {
    this.#server = server;
    this.http = server.http;
    this.relay = {
      host: server.relay.host,
      connect: (handlers) => {
        const socket = server.relay.connect(handlers);
        return { ...socket, send: (message) => this.#send(message, (bytes) => socket.send(bytes)) };
      },
    };
  }

  /** `arrives`: the relay gets that frame. */
  endAt(count: number, arrives: boolean): void {
    this.#server.mend();
    [this.#at, this.#arrives, this.count, this.isCut] = [count, arrives, 0, false];
  }

  #send(message: Uint8Array, pass: (message: Uint8Array) => void): void {
    if (this.isCut) return;
    this.count += decodeClientMessage(message).filter(({ type }) => COUNTED.has(type)).length;
    this.isCut = this.count >= this.#at;
    if (!this.isCut || this.#arrives) pass(message);
    if (this.isCut) this.#server.cut();
  }
}
const COUNTED: ReadonlySet<string> = new Set(['offer', 'ask', 'append']);
