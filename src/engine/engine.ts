/**
 * The client's core without a screen: what a person can do with this device's documents, and how it all stands.
 * Platform-neutral: clock, randomness, socket, service and storage are handed in.
 *
 * Invariants: a room is open, dormant or closed; what was not sent keeps its room open; at most `MAX_OPEN_ROOMS` rooms
 * that could be closed stay open.
 */
import { equalBytes, WireError } from '../wire/bytes.ts';
import type { Newcomers } from '../wire/epoch.ts';
import type { Hash, RoomId } from '../wire/ids.ts';
import { decodeLink, type Link } from '../wire/link.ts';
import { roleRank } from '../wire/roles.ts';
import type { AccountCommands, Appearance } from './accounts/api.ts';
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
import { Device } from './device.ts';
import { makeRoom, makeRoomStartingEmpty } from './epochs/first-epoch.ts';
import type { Identity } from './epochs/identity.ts';
import { passwordCheckOf, passwordKeyOf } from './epochs/link-keys.ts';
import type { MembershipCommands } from './membership/api.ts';
import { type EnginePorts, type FramePort, StorageFault } from './ports.ts';
import type { NewPlace } from './rooms/new-place.ts';
import type { Room } from './rooms/room.ts';
import { blake2b, sodiumReady } from './seal/sodium.ts';
import { type OpenProfile, ProfileVault } from './vault/profile-vault.ts';

/** State is told at most this often. Milliseconds. */
const TELL_EVERY_MS = 16;

export class Engine implements EngineCommands {
  readonly #ports: EnginePorts;
  readonly #device: Device;
  readonly #listeners = new Set<(state: EngineState) => void>();
  #telling = false;

  constructor(ports: EnginePorts, opened: OpenProfile) {
    this.#ports = ports;
    this.#device = new Device(ports, opened, () => this.#tell());
  }

  /** @throws StorageFault */
  start(): Promise<void> {
    return this.#device.begin();
  }

  get accounts(): AccountCommands {
    return this.#device.accounts;
  }
  get membership(): MembershipCommands {
    return this.#device.membership;
  }
  get identity(): Identity {
    return this.#device.identity;
  }

  state(): EngineState {
    const { home, accounts, membership } = this.#device;
    const { connection, ended } = this.#device.session.state;
    const problem: EngineProblem | null = ended === 'unknown-version' ? { type: 'protocol' } : null;
    const places = home.places();
    const shown = this.#device.shelf.states().filter(({ room }) => !membership.isHidden(room));
    const rooms = shown.map(
      (room): RoomState => ({
        ...room,
        kept: home.hasRoom(room.room) ? 'account' : room.kept,
        folder: places.get(room.room) ?? null,
      }),
    );
    const { profile, appearance } = this.#device.settings;
    return { profile, appearance, account: accounts.state(), connection, problem, rooms };
  }

  onState(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async setProfile(profile: Profile): Promise<void> {
    this.#device.settings.setProfile(profile);
  }

  async setAppearance(appearance: Appearance): Promise<void> {
    this.#device.settings.setAppearance(appearance);
  }

  async createDocument(newcomers: Newcomers = 'see-all'): Promise<Outcome<RoomId>> {
    const { random, clock } = this.#ports;
    const made =
      newcomers === 'see-all'
        ? makeRoom(this.identity, random, clock.now())
        : { ...makeRoomStartingEmpty(this.identity, random, clock.now()), editSecret: null };
    this.#device.keeper.expect(made.room);
    return this.#add({
      room: made.room,
      entrance: { by: 'owner', editSecret: made.editSecret },
      genesis: { record: made.record, wraps: made.wraps },
      counter: made.counter + 1,
      secrets: [{ epoch: made.key.epoch, secret: made.key.secret }],
    });
  }

  async openLink(room: string, fragment: string, password?: string): Promise<Outcome<RoomId>> {
    try {
      const link = decodeLink(blake2b, room, fragment);
      const { role, secret, epochHash, passwordCheck } = link;
      const entrance = { by: 'link', role, secret, epochHash } as const;
      if (!passwordCheck) return await this.#add({ room: link.room, entrance });
      if (password === undefined)
        return (await this.#isIn(link)) ? { ok: true, value: link.room } : { ok: false, reason: 'password-needed' };
      const passwordKey = await passwordKeyOf(secret, password, this.#ports.keyStretching);
      if (!equalBytes(passwordCheckOf(passwordKey), passwordCheck)) return { ok: false, reason: 'wrong-password' };
      return await this.#add({ room: link.room, entrance: { ...entrance, passwordKey } });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      return { ok: false, reason: error.reason === 'unknown-version' ? 'unknown-version' : 'damaged-link' };
    }
  }

  /** By as good a right as the link gives. */
  async #isIn({ room, role }: Link): Promise<boolean> {
    const opened = this.#device.shelf.has(room) ? await this.open(room) : undefined;
    if (!opened || opened.isShutOut) return false;
    const { entrance } = opened;
    return entrance.by !== 'link' || roleRank(entrance.role) >= roleRank(role);
  }

  /** Takes in a room that this device's principal was let into, as accepting an invitation does; for bots and tests. */
  enter(room: RoomId, epochHash: Hash | null): Promise<Outcome<RoomId>> {
    return this.#add({ room, entrance: { by: 'account', editSecret: null, epochHash } });
  }

  async #add(place: NewPlace): Promise<Outcome<RoomId>> {
    try {
      await this.#device.shelf.add(place);
      // What one opens while signed in is on all one's devices.
      if (this.#device.account) await this.#device.keeper.take(place.room);
      return { ok: true, value: place.room };
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      return { ok: false, reason: error.kind === 'full' ? 'storage-full' : 'storage-denied' };
    }
  }

  async links(room: RoomId): Promise<ShareLinks> {
    const opened = await this.open(room);
    return opened?.links() ?? { edit: null, view: null };
  }

  async attach(room: RoomId, port: FramePort): Promise<Outcome<Attachment & { detach(): void }>> {
    const opened = await this.open(room);
    if (!opened) return { ok: false, reason: this.#device.shelf.failureOf(room) };
    const failure = await opened.ready();
    if (failure) return { ok: false, reason: failure };
    return { ok: true, value: opened.attach(port) };
  }

  /** An open room, for bots and tests. */
  async open(room: RoomId): Promise<Room | undefined> {
    return this.#device.shelf.open(room);
  }

  async forget(room: RoomId): Promise<void> {
    await this.#device.forget(room);
  }

  async rescued(room: RoomId): Promise<readonly string[]> {
    return (await this.open(room))?.rescued ?? [];
  }

  async discardRescued(room: RoomId): Promise<void> {
    (await this.open(room))?.discardRescued();
  }

  /** Tries to reach the relay at once. */
  nudge(): void {
    this.#device.session.nudge();
  }

  roomState(room: RoomId): RoomState | undefined {
    return this.state().rooms.find((state) => state.room === room);
  }

  /** Resolves when everything asked for so far is on disk, or cannot be written. */
  async flush(): Promise<void> {
    await this.#device.flush();
  }

  async close(): Promise<void> {
    await this.#device.close();
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
  await engine.start();
  return engine;
}
