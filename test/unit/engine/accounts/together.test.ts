/** Several devices of one account at once, with connections that break and engines that start again: they end up alike. */
import { describe, expect, it } from 'vitest';
import type { BoxStore, RelayConnector, RelaySocket } from '../../../../src/engine/ports.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { connectServer } from '../../../../src/platform/node/server-connection.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { PASSWORD, PROOF } from '../../../support/account-devices.ts';
import { type AccountEngine, signUp, startAccountEngine, value } from '../../../support/account-engine.ts';
import { FuzzRandom } from '../../../support/fuzz/fuzz-random.ts';
import { TestTab, until } from '../../../support/node-engine.ts';
import { ServiceServer } from '../../../support/service/service-server.ts';

const STEPS = 40;
/** Those in which something was found, and some more. Networks and timers are real, so a seed decides only what is done. */
const SEEDS = [1, 2, 3, 27, 28, 36, 37, 40];

/** A connection that can be cut, and stays cut until it is mended. */
class Line {
  readonly relay: RelayConnector;
  readonly http;
  isCut = false;
  readonly #sockets = new Set<RelaySocket>();

  constructor(origin: string) {
    const { relay, http } = connectServer(origin);
    this.relay = {
      host: relay.host,
      connect: (handlers) => {
        const socket = relay.connect({
          ...handlers,
          onClose: () => {
            this.#sockets.delete(socket);
            handlers.onClose();
          },
        });
        this.#sockets.add(socket);
        if (this.isCut) socket.close();
        return socket;
      },
    };
    this.http = {
      request: (...args: Parameters<typeof http.request>) =>
        this.isCut ? Promise.reject(new Error('cut')) : http.request(...args),
    };
  }

  cut(isCut: boolean): void {
    this.isCut = isCut;
    if (isCut) for (const socket of [...this.#sockets]) socket.close();
  }
}

type Place = { line: Line; boxes: BoxStore; running: AccountEngine };

describe('devices of one account', () => {
  it.each(SEEDS)('end up alike, whatever each did (seed %i)', { timeout: 60_000 }, async (seed) => {
    const random = new FuzzRandom(seed);
    const server = await ServiceServer.start();
    const start = (boxes: BoxStore, line: Line) =>
      startAccountEngine(server.origin, boxes, { relay: line.relay, http: line.http });
    const places: Place[] = [];
    for (let i = 0; i < 3; i++) {
      const [line, boxes] = [new Line(server.origin), new MemoryBoxStore()];
      const running = await start(boxes, line);
      places.push({ line, boxes, running });
      if (i === 0) await signUp(running.engine, 'ada', PASSWORD);
      else value(await running.engine.accounts.signIn('ada', PROOF, true));
    }
    const texts = new Map<RoomId, Set<string>>();
    let typed = 0;
    const type = async ({ running: { engine } }: Place, room: RoomId): Promise<void> => {
      const state = engine.roomState(room);
      if (state?.phase !== 'ready') return;
      const tab = await TestTab.open(engine, room);
      const word = `w${++typed}.`;
      tab.type(word);
      texts.get(room)?.add(word);
      await engine.flush();
      tab.close();
    };
    const deeds: ((place: Place) => Promise<void>)[] = [
      async (place) => {
        const { engine } = place.running;
        const made = await engine.createDocument();
        if (!made.ok) throw new Error(made.reason);
        texts.set(made.value, new Set());
        await type(place, made.value);
      },
      async (place) => {
        for (const { room } of place.running.engine.state().rooms) if (random.once(2)) await type(place, room);
      },
      async ({ line }) => line.cut(true),
      async ({ line }) => line.cut(false),
      async (place) => {
        await place.running.engine.close();
        place.running = await start(place.boxes, place.line);
      },
      async ({ running: { engine } }) => {
        await engine.accounts.makeFolder(`folder ${random.below(100)}`);
      },
      async ({ running: { engine } }) => {
        const { rooms } = engine.state();
        const [folder] = engine.state().account?.folders ?? [];
        const room = rooms[random.below(Math.max(1, rooms.length))];
        if (room && folder) await engine.accounts.moveRoom(room.room, folder.id);
      },
      () => new Promise((resolve) => setTimeout(resolve, random.below(80))),
      async (place) => {
        const [other] = places.filter((candidate) => candidate !== place);
        if (!other || places.some(({ line }) => line.isCut)) return;
        const { engine } = other.running;
        const isSent = (): boolean =>
          engine.state().account?.access === 'in' &&
          engine.state().rooms.every(({ saved, kept }) => saved.at === 'relay' && kept === 'account');
        await until(isSent, 'sent before it is revoked');
        value(await place.running.engine.accounts.revokeDevice(engine.identity.device, PROOF));
        await until(() => engine.state().account?.access === 'revoked', 'revoked');
        value(await engine.accounts.signOut({ everywhere: false, loseUnsent: true }));
        value(await engine.accounts.signIn('ada', PROOF, false));
      },
    ];
    for (let step = 0; step < STEPS; step++) {
      const place = places[random.below(places.length)];
      const deed = deeds[random.below(deeds.length)];
      if (place && deed) await deed(place);
    }
    for (const { line, running } of places) {
      line.cut(false);
      running.engine.nudge();
    }
    // A device whose prekey had not reached the others was left out of an epoch, and asks for the password.
    const comeBack = async ({ running: { engine } }: Place): Promise<void> => {
      if (engine.state().account?.access === 'locked') value(await engine.accounts.signIn('ada', PROOF, false));
    };
    const shown = ({ running: { engine } }: Place): string =>
      JSON.stringify([
        engine
          .state()
          .rooms.map(({ room, kept, folder, saved, phase }) => [room, kept, folder, saved.at, phase])
          .sort(),
        engine.state().account?.folders,
        engine.state().account?.access,
        engine.state().account?.homeReady,
      ]);
    const isAlike = (): boolean => {
      const [first = '', ...others] = places.map(shown);
      const { rooms } = places[0]?.running.engine.state() ?? { rooms: [] };
      return rooms.length === texts.size && !first.includes('"device"') && others.every((other) => other === first);
    };
    for (let rounds = 0; rounds < 20 && !isAlike(); rounds++) {
      for (const place of places) await comeBack(place);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    await until(isAlike, 'alike').catch((error: unknown) => {
      throw new Error(`${String(error)}\n${places.map(shown).join('\n')}`);
    });
    for (const [room, words] of texts) {
      const opened = await Promise.all(places.map(({ running: { engine } }) => engine.open(room)));
      const titles = (): (string | undefined)[] => opened.map((one) => one?.doc.getText('title').toString());
      const isWhole = (): boolean =>
        new Set(titles()).size === 1 && [...words].every((word) => titles()[0]?.includes(word));
      await until(isWhole, `${room} whole`).catch((error: unknown) => {
        throw new Error(`${String(error)}\n${titles().join('\n')}\n${[...words].join(' ')}`);
      });
    }
    for (const { running } of places) {
      for (const { alarm, failure, rescued } of running.engine.state().rooms)
        expect([alarm, failure, rescued]).toEqual([null, null, false]);
      await running.engine.close();
    }
    await server.stop();
  });
});
