/**
 * The client's core without a screen: this device's identity, its rooms, its one socket, its vault. Platform-neutral:
 * clock, randomness, socket and storage are handed in.
 *
 * Invariants: a room is open, dormant or closed; what was not sent keeps its room open; at most `MAX_OPEN_ROOMS` rooms
 * that could be closed stay open.
 */
import { WireError } from '../wire/bytes.ts';
import type { RoomId } from '../wire/ids.ts';
import { decodeLink } from '../wire/link.ts';
import type {
  Attachment,
  EngineCommands,
  EngineProblem,
  EngineState,
  Outcome,
  Profile,
  RoomState,
  ShareLinks,
} from './api.ts';
import { makeRoom } from './epochs/first-epoch.ts';
import type { Identity } from './epochs/identity.ts';
import { type EnginePorts, type FramePort, StorageFault } from './ports.ts';
import type { Room } from './rooms/room.ts';
import { RoomShelf } from './rooms/room-shelf.ts';
import { blake2b, sodiumReady } from './seal/sodium.ts';
import { RelaySession } from './sync/relay-session.ts';
import { type OpenProfile, ProfileVault } from './vault/profile-vault.ts';
import type { Entrance, Genesis } from './vault/room-vault.ts';

/** State is told at most this often. Milliseconds. */
const TELL_EVERY_MS = 16;

export class Engine implements EngineCommands {
  readonly #ports: EnginePorts;
  readonly #vault: ProfileVault;
  readonly #session: RelaySession;
  readonly #shelf: RoomShelf;
  readonly identity: Identity;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #profile: Profile;
  #telling = false;

  constructor(ports: EnginePorts, opened: OpenProfile) {
    this.#ports = ports;
    this.#vault = opened.vault;
    this.#profile = opened.profile;
    this.identity = opened.identity;
    const onChange = (): void => this.#tell();
    this.#session = new RelaySession(ports, opened.identity, onChange);
    this.#shelf = new RoomShelf(
      { ports, identity: opened.identity, session: this.#session, vault: opened.vault, onChange },
      opened.rooms,
    );
  }

  /** Connects, and opens the rooms that have something to send. */
  start(): void {
    this.#session.start();
    this.#shelf.warmUp();
  }

  state(): EngineState {
    const { connection, ended } = this.#session.state;
    const problem: EngineProblem | null = ended === 'unknown-version' ? { type: 'protocol' } : null;
    return { profile: this.#profile, connection, problem, rooms: this.#shelf.states() };
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async setProfile(profile: Profile): Promise<void> {
    this.#profile = profile;
    this.#vault.saveProfile(profile);
    this.#tell();
  }

  async createDocument(): Promise<Outcome<RoomId>> {
    const made = makeRoom(this.identity, this.#ports.random);
    const entrance: Entrance = { by: 'owner', editSecret: made.editSecret };
    return this.#add(made.room, entrance, { record: made.record, wraps: made.wraps }, made.counter + 1);
  }

  async openLink(room: string, fragment: string): Promise<Outcome<RoomId>> {
    try {
      const link = decodeLink(blake2b, room, fragment);
      const entrance: Entrance = { by: 'link', role: link.role, secret: link.secret, epochHash: link.epochHash };
      return await this.#add(link.room, entrance, null, 0);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return { ok: false, reason: error.reason === 'unknown-version' ? 'unknown-version' : 'damaged-link' };
    }
  }

  async #add(room: RoomId, entrance: Entrance, genesis: Genesis | null, counter: number): Promise<Outcome<RoomId>> {
    try {
      await this.#shelf.add(room, entrance, genesis, counter);
      return { ok: true, value: room };
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      return { ok: false, reason: error.kind === 'full' ? 'storage-full' : 'storage-denied' };
    }
  }

  async links(room: RoomId): Promise<ShareLinks> {
    const opened = await this.#shelf.open(room);
    return opened?.links() ?? { edit: null, view: null };
  }

  async attach(room: RoomId, port: FramePort): Promise<Outcome<Attachment & { detach(): void }>> {
    const opened = await this.#shelf.open(room);
    if (!opened) return { ok: false, reason: this.#shelf.failureOf(room) };
    const failure = await opened.ready();
    if (failure) return { ok: false, reason: failure };
    return { ok: true, value: opened.attach(port) };
  }

  /** An open room, for bots and tests. */
  async open(room: RoomId): Promise<Room | undefined> {
    return this.#shelf.open(room);
  }

  async forget(room: RoomId): Promise<void> {
    await this.#shelf.forget(room);
  }

  async rescued(room: RoomId): Promise<readonly string[]> {
    return (await this.#shelf.open(room))?.rescued ?? [];
  }

  async discardRescued(room: RoomId): Promise<void> {
    (await this.#shelf.open(room))?.discardRescued();
  }

  /** Tries to reach the relay at once. */
  nudge(): void {
    this.#session.nudge();
  }

  roomState(room: RoomId): RoomState | undefined {
    return this.state().rooms.find((state) => state.room === room);
  }

  /** Resolves when everything asked for so far is on disk, or cannot be written. */
  async flush(): Promise<void> {
    await this.#shelf.flush();
    await this.#vault.stored().catch(() => this.#ports.log('vault.not-flushed'));
  }

  async close(): Promise<void> {
    this.#session.stop();
    await this.#shelf.close();
    await this.#vault.close();
    this.#listeners.clear();
  }

  /** Changes that come together are told once. */
  #tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    this.#ports.clock.after(TELL_EVERY_MS, () => {
      this.#telling = false;
      if (this.#listeners.size === 0) return;
      const state = this.state();
      for (const listener of this.#listeners) listener(state);
    });
  }
}

/** @throws StorageFault, DamagedVault */
export async function createEngine(ports: EnginePorts): Promise<Engine> {
  await sodiumReady();
  const engine = new Engine(ports, await ProfileVault.open(ports));
  engine.start();
  return engine;
}
