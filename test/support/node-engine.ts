/** An engine in Node with a tab of its own: a stock y-websocket-like Y.Doc on a frame port. */

import * as Y from 'yjs';
import type { RoomState } from '../../src/engine/api.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { EnginePorts, FramePort, RelayConnector } from '../../src/engine/ports.ts';
import { decodeTabFrame, step1Frame, updateFrame } from '../../src/engine/tabs/y-protocol.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { makeRelayConnector } from '../../src/platform/node/relay-connector.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { noService } from './no-service.ts';

export type TestEngine = { readonly engine: Engine; readonly ports: EnginePorts; readonly boxes: MemoryBoxStore };

export async function startEngine(
  relay: string | RelayConnector,
  boxes: MemoryBoxStore = new MemoryBoxStore(),
  overrides: Partial<EnginePorts> = {},
): Promise<TestEngine> {
  const ports: EnginePorts = {
    clock: nodeClock,
    random: nodeRandom,
    relay: typeof relay === 'string' ? makeRelayConnector(relay) : relay,
    boxes,
    log: () => undefined,
    ...noService,
    ...overrides,
  };
  return { engine: await createEngine(ports), ports, boxes };
}

/** What a tab is to the engine: a Y.Doc under an issued client id that speaks y-protocols. */
export class TestTab {
  readonly doc = new Y.Doc();
  readonly #port: FramePort;
  #detach: () => void = () => undefined;

  private constructor() {
    this.#port = { post: (frame) => this.#receive(frame), onFrame: null };
  }

  static async open(engine: Engine, room: RoomId): Promise<TestTab> {
    const tab = new TestTab();
    const attached = await engine.attach(room, tab.#port);
    if (!attached.ok) throw new Error(`not attached: ${attached.reason}`);
    tab.doc.clientID = attached.value.clientId;
    tab.#detach = attached.value.detach;
    tab.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== tab) tab.send(updateFrame(update));
    });
    tab.send(step1Frame(Y.encodeStateVector(tab.doc)));
    return tab;
  }

  send(frame: Uint8Array): void {
    this.#port.onFrame?.(frame);
  }

  get title(): string {
    return this.doc.getText('title').toString();
  }
  type(text: string): void {
    const title = this.doc.getText('title');
    title.insert(title.length, text);
  }
  close(): void {
    this.#detach();
  }

  #receive(bytes: Uint8Array): void {
    const frame = decodeTabFrame(bytes);
    if (frame.type === 'update') Y.applyUpdate(this.doc, frame.update, this);
    if (frame.type === 'step-1') this.send(updateFrame(Y.encodeStateAsUpdate(this.doc, frame.stateVector)));
  }
}

/** How long a busy machine may take. A test whose defence was taken away waits in vain, and need not wait as long. Milliseconds. */
const PATIENCE_MS = process.env.SEALROOM_TAKE_AWAY ? 10_000 : 60_000;

/** Polls until `check` holds. `withinMs`: only where the time is what the test claims. */
export async function until(check: () => boolean, what: string, withinMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + withinMs;
  while (!check()) {
    if (performance.now() > end) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const stateOf = (engine: Engine, room: RoomId): RoomState => {
  const state = engine.roomState(room);
  if (!state) throw new Error('the engine does not know this room');
  return state;
};

export const isSaved = (engine: Engine, room: RoomId): boolean => stateOf(engine, room).saved.at === 'relay';

/** Opens the link of `role` that `owner` would copy. */
export async function openShared(owner: Engine, guest: Engine, room: RoomId, role: 'edit' | 'view'): Promise<void> {
  const link = (await owner.links(room))[role];
  if (!link) throw new Error('no such link');
  const [path = '', fragment = ''] = link.split('#');
  const opened = await guest.openLink(path.replace('/d/', ''), fragment);
  if (!opened.ok) throw new Error(`not opened: ${opened.reason}`);
}

export async function create(engine: Engine): Promise<RoomId> {
  const made = await engine.createDocument();
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}
