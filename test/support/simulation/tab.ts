/** A tab on a document: a Y.Doc that speaks y-protocols with its engine over a port that takes time. */
import * as Y from 'yjs';
import type { Engine } from '../../../src/engine/engine.ts';
import type { FramePort } from '../../../src/engine/ports.ts';
import type { AwarenessEntry } from '../../../src/engine/rooms/presence.ts';
import { awarenessFrame, decodeTabFrame, step1Frame, updateFrame } from '../../../src/engine/tabs/y-protocol.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { FORGED_PRESENCE } from './hostile/signal-deeds.ts';
import { InvariantBroken } from './invariants.ts';
import type { Life } from './scheduler.ts';
import type { SeededRandom } from './seeded-random.ts';
import { PLAINTEXT } from './witness.ts';

export type TabWorld = {
  readonly life: Life;
  readonly random: SeededRandom;
  /** An edit of this tab was handed to the engine. */
  readonly onReached: (update: Uint8Array) => void;
  /** An invariant is broken. */
  readonly broke: (error: unknown) => void;
};

export class SimTab {
  readonly doc = new Y.Doc();
  readonly room: RoomId;
  readonly #world: TabWorld;
  readonly #port: FramePort;
  readonly #toEngine: (() => void)[] = [];
  readonly #toTab: Uint8Array[] = [];
  #detach: () => void = () => undefined;
  #isOpen = true;
  #awarenessClock = 0;
  /** It has the engine's state. */
  synced = false;
  generation = 0;

  private constructor(room: RoomId, world: TabWorld) {
    this.room = room;
    this.#world = world;
    this.#port = { post: (frame) => this.#posted(frame), onFrame: null };
  }

  /** Undefined: the engine would not have it. */
  static async open(engine: Engine, room: RoomId, world: TabWorld): Promise<SimTab | undefined> {
    const tab = new SimTab(room, world);
    const attached = await engine.attach(room, tab.#port);
    if (!attached.ok) return undefined;
    tab.doc.clientID = attached.value.clientId;
    tab.generation = attached.value.generation;
    tab.#detach = attached.value.detach;
    tab.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== tab) tab.#send(updateFrame(update), update);
    });
    tab.#send(step1Frame(Y.encodeStateVector(tab.doc)));
    return tab;
  }

  /** Nothing is on its way between tab and engine. */
  get isQuiet(): boolean {
    return this.#toEngine.length + this.#toTab.length === 0;
  }
  /** The engine listens to it. */
  get isAttached(): boolean {
    return this.#isOpen && this.#port.onFrame !== null;
  }

  moveCursor(): void {
    const state = JSON.stringify({ name: `${PLAINTEXT} name`, at: this.#world.random.between(0, 99) });
    this.#send(awarenessFrame([{ client: this.doc.clientID, clock: ++this.#awarenessClock, state }]));
  }

  /** The tab is closed. What it has posted still arrives, or does not. */
  close(): void {
    this.#isOpen = false;
    if (this.#world.random.chance(0.5)) this.#toEngine.length = 0;
    this.#world.life.after(this.#world.random.between(0, 20), () => this.#detach());
  }

  #send(frame: Uint8Array, edit?: Uint8Array): void {
    this.#toEngine.push(() => {
      if (!this.#port.onFrame) return;
      if (edit) this.#world.onReached(edit);
      this.#port.onFrame(frame);
    });
    this.#world.life.after(this.#world.random.between(0, 6), () => this.#toEngine.shift()?.());
  }

  #posted(frame: Uint8Array): void {
    this.#toTab.push(frame.slice());
    this.#world.life.after(this.#world.random.between(0, 6), () => this.#receive(this.#toTab.shift()));
  }

  #receive(bytes: Uint8Array | undefined): void {
    if (!bytes || !this.#isOpen) return;
    const frame = decodeTabFrame(bytes);
    if (frame.type === 'step-1') this.#send(updateFrame(Y.encodeStateAsUpdate(this.doc, frame.stateVector)));
    if (frame.type === 'awareness') this.#checkPresence(frame.entries);
    if (frame.type !== 'update') return;
    Y.applyUpdate(this.doc, frame.update, this);
    this.synced = true;
  }

  #checkPresence(entries: readonly AwarenessEntry[]): void {
    if (entries.some(({ state }) => state.includes(FORGED_PRESENCE)))
      this.#world.broke(new InvariantBroken('nobody-speaks-for-others', 'a forged presence is shown'));
  }
}
