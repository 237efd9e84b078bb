/** Engines that reach a whole server, service and relay, as browsers do: each keeps its own cookies. */

import type { AccountOutcome } from '../../src/engine/accounts/api.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { MembershipOutcome } from '../../src/engine/membership/api.ts';
import type {
  BoxStore,
  EnginePorts,
  Http,
  HttpAnswer,
  KeyStretching,
  RelayConnector,
  RelaySocket,
} from '../../src/engine/ports.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { connectServer } from '../../src/platform/node/server-connection.ts';
import { type ClientFrame, decodeClientMessage } from '../../src/wire/client-frames.ts';
import { ROUTES, type RouteName } from '../../src/wire/http/routes.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { decodeRelayMessage, encodeRelayFrame, type RelayFrame } from '../../src/wire/relay-frames.ts';

/** As little as Argon2id goes: the browser tests have the product's. */
export const CHEAP: KeyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };

export type AccountEngine = { readonly engine: Engine; readonly boxes: BoxStore };

/** `connection`: that of an engine before, whose cookies go on. */
export async function startAccountEngine(
  origin: string,
  boxes: BoxStore = new MemoryBoxStore(),
  overrides: Partial<EnginePorts> = {},
): Promise<AccountEngine> {
  const engine = await createEngine({
    clock: nodeClock,
    random: nodeRandom,
    ...connectServer(origin),
    boxes,
    log: () => undefined,
    deviceName: 'Test on Node',
    keyStretching: CHEAP,
    ...overrides,
  });
  return { engine, boxes };
}

/** @throws Error when it was refused */
export function value<T>(outcome: AccountOutcome<T> | MembershipOutcome<T>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  return outcome.value;
}

/** Signs up, as a person who writes the code down. Returns the recovery code. */
export async function signUp(engine: Engine, name: string, password: string, takeDocuments = true): Promise<string> {
  const { ticket, code } = value(await engine.accounts.beginSignUp(name, password));
  value(await engine.accounts.finishSignUp(ticket, takeDocuments));
  return code;
}

/** A server that is hostile, slow or gone for one engine: answers of the service are changed, the relay holds acknowledgements back. */
export class HostileServer {
  readonly http: Http;
  readonly relay: RelayConnector;
  /** What the engine has asked of the service. */
  readonly asked: RouteName[] = [];
  /** What the engine has sent to the relay. */
  readonly sent: ClientFrame[] = [];
  readonly #changes = new Map<RouteName, (body: Record<string, unknown>) => unknown>();
  readonly #sockets = new Map<RelaySocket, () => void>();
  #isCut = false;
  #held: { readonly room: RoomId; readonly frames: (() => void)[] } | null = null;
  readonly #rooms = new Map<number, RoomId>();
  #unsaid: RelayFrame['type'] | null = null;

  constructor(origin: string) {
    const real = connectServer(origin);
    // While a password is stretched, nobody sees that the server has closed an idle connection: then it is asked once more.
    const ask: Http['request'] = (...request) =>
      real.http.request(...request).catch(() => real.http.request(...request));
    this.http = { request: async (...request) => this.#changed(request, await ask(...request)) };
    this.relay = { host: real.relay.host, connect: (handlers) => this.#connect(real.relay, handlers) };
  }

  /** From now on answers of this route that are no refusals come as `change` gives them. */
  change(route: RouteName, change: (body: Record<string, unknown>) => unknown): void {
    this.#changes.set(route, change);
  }
  honest(): void {
    this.#changes.clear();
    this.asked.length = 0;
  }

  /** The relay cannot be reached until it is mended. */
  cut(): void {
    this.#isCut = true;
    for (const [socket, onClose] of this.#sockets) {
      socket.close();
      onClose();
    }
    this.#sockets.clear();
  }
  mend(): void {
    this.#isCut = false;
  }

  /** From now on the engine hears no such frame. */
  keepQuiet(type: RelayFrame['type']): void {
    this.#unsaid = type;
  }

  /** Nothing that the engine sends in this room is acknowledged until it is released. */
  holdBack(room: RoomId): void {
    this.#held = { room, frames: [] };
  }
  release(): void {
    const { frames = [] } = this.#held ?? {};
    this.#held = null;
    for (const pass of frames) pass();
  }

  #changed([method, path]: Parameters<Http['request']>, answer: HttpAnswer): HttpAnswer {
    const route = routeOf(method, path);
    this.asked.push(route);
    const change = this.#changes.get(route);
    if (!change || answer.status !== 200) return answer;
    return { ...answer, body: change(answer.body as Record<string, unknown>) };
  }

  #connect(real: RelayConnector, handlers: Parameters<RelayConnector['connect']>[0]): RelaySocket {
    let isOver = false;
    const onClose = (): void => {
      if (!isOver) handlers.onClose();
      isOver = true;
    };
    if (this.#isCut) {
      queueMicrotask(onClose);
      return { send: () => undefined, close: () => undefined };
    }
    const onMessage = (message: Uint8Array): void => {
      for (const frame of decodeRelayMessage(message)) {
        const pass = (): void => handlers.onMessage(encodeRelayFrame(frame));
        if (frame.type === this.#unsaid) continue;
        if (frame.type === 'opened') this.#rooms.set(frame.channel, frame.room);
        const isHeld = frame.type === 'ack' && this.#held?.room === this.#rooms.get(frame.channel);
        if (isHeld) this.#held?.frames.push(pass);
        else pass();
      }
    };
    const socket = real.connect({ ...handlers, onMessage, onClose });
    this.#sockets.set(socket, onClose);
    const send = (message: Uint8Array): void => {
      this.sent.push(...decodeClientMessage(message));
      socket.send(message);
    };
    return { ...socket, send };
  }
}

function routeOf(method: string, path: string): RouteName {
  const found = Object.entries(ROUTES).find(([, route]) => {
    const pattern = new RegExp(`^${route.path.replace(':name', '[^/]+')}$`);
    return route.method === method && pattern.test(path);
  });
  if (!found) throw new Error(`no route is ${method} ${path}`);
  return found[0] as RouteName;
}
