/**
 * What this device keeps beside its rooms: the vault's key, who it is, and the list of rooms for the start page. The
 * vault's key lies beside what it seals, so it protects against whoever copies single files, not against whoever has
 * the whole profile; docs/security.md says so.
 */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { ID_BYTES, idBytes, type RoomId, roomId } from '../../wire/ids.ts';
import { ROLES, type Role } from '../../wire/roles.ts';
import type { Profile } from '../api.ts';
import { type Identity, identityFromSeeds, makeIdentity } from '../epochs/identity.ts';
import type { Box, EnginePorts } from '../ports.ts';
import { KEY_BYTES } from '../seal/sodium.ts';
import { DamagedVault, SealedBox } from './sealed-box.ts';

const VERSION = 1;
const MAX_TEXT_BYTES = 4096;
export const PROFILE_BOX = 'profile';
export const roomBoxName = (room: RoomId): string => `room-${room}`;

/** What the start page shows of a room without opening it. */
export type RoomSummary = {
  readonly room: RoomId;
  readonly title: string;
  readonly role: Role | null;
  /** Changes not yet at the relay when this was written. */
  readonly waiting: number;
  readonly changedAt: number;
};

export type OpenProfile = {
  readonly identity: Identity;
  readonly profile: Profile;
  readonly rooms: readonly RoomSummary[];
  readonly vault: ProfileVault;
};

export class ProfileVault {
  readonly #box: SealedBox;
  readonly #raw: Box;
  readonly key: Uint8Array;

  constructor(raw: Box, box: SealedBox, key: Uint8Array) {
    this.#raw = raw;
    this.#box = box;
    this.key = key;
  }

  /** @throws StorageFault, DamagedVault */
  static async open(ports: EnginePorts): Promise<OpenProfile> {
    const raw = await ports.boxes.open(PROFILE_BOX);
    const stored = (await raw.read()).values.get('key');
    const key = stored ?? ports.random.bytes(KEY_BYTES);
    // The key must be on disk before anything is sealed under it.
    if (!stored) await raw.commit({ values: { key } });
    const box = new SealedBox(raw, PROFILE_BOX, key, ports, () => undefined);
    const values = await readSealed(raw, box);
    const seeds = values.get('identity');
    const identity = seeds ? identityFromSeeds(seeds) : makeIdentity(ports.random, ports.clock.now());
    const vault = new ProfileVault(raw, box, key);
    if (!seeds) {
      box.write({ values: { identity: identity.seeds } });
      await box.stored();
    }
    const profile = values.get('profile');
    const rooms = [...values].filter(([name]) => name.startsWith('room:')).map(([, bytes]) => decodeSummary(bytes));
    return { identity, profile: profile ? decodeProfile(profile) : { name: '', color: '' }, rooms, vault };
  }

  saveProfile(profile: Profile): void {
    this.#box.write({
      values: { profile: new ByteWriter().u8(VERSION).text(profile.name).text(profile.color).bytes() },
    });
  }
  saveRoom(summary: RoomSummary): void {
    this.#box.write({ values: { [`room:${summary.room}`]: encodeSummary(summary) } });
  }
  forgetRoom(room: RoomId): void {
    this.#box.write({ values: { [`room:${room}`]: null } });
  }
  async stored(): Promise<void> {
    await this.#box.stored();
  }
  async close(): Promise<void> {
    await this.#box.stored().catch(() => undefined); // a failing disk must not keep the engine from closing
    await this.#raw.close();
  }
}

async function readSealed(raw: Box, box: SealedBox): Promise<ReadonlyMap<string, Uint8Array>> {
  const contents = await raw.read();
  const values = new Map([...contents.values].filter(([name]) => name !== 'key'));
  return new Map([...values].map(([name, sealed]) => [name, box.open(name, sealed)]));
}

function decodeProfile(bytes: Uint8Array): Profile {
  const reader = versioned(bytes);
  return { name: reader.text(MAX_TEXT_BYTES), color: reader.text(MAX_TEXT_BYTES) };
}

const encodeSummary = (summary: RoomSummary): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(idBytes(summary.room))
    .u8(summary.role ? ROLES.indexOf(summary.role) + 1 : 0)
    .u32(summary.waiting)
    .u64(summary.changedAt)
    .raw(new ByteWriter().text(summary.title).bytes())
    .bytes();

function decodeSummary(bytes: Uint8Array): RoomSummary {
  const reader = versioned(bytes);
  const room = roomId(reader.raw(ID_BYTES));
  const role = ROLES[reader.u8() - 1] ?? null;
  return { room, role, waiting: reader.u32(), changedAt: reader.u64(), title: reader.text(MAX_TEXT_BYTES) };
}

function versioned(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new DamagedVault(`version ${version}`);
  return reader;
}

export const isVaultDamage = (error: unknown): boolean => error instanceof DamagedVault || error instanceof WireError;
