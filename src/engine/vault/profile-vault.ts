/**
 * What this device keeps beside its rooms: the vault's key, who it is, and the list of rooms for the start page. The
 * vault's key lies beside what it seals, so it protects against whoever copies single files, not against whoever has
 * the whole profile; docs/security.md says so.
 */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { ID_BYTES, idBytes, type RoomId, roomId } from '../../wire/ids.ts';
import { ROLES, type Role } from '../../wire/roles.ts';
import { type AccountRecord, decodeAccountRecord, encodeAccountRecord } from '../accounts/account-record.ts';
import type { Appearance } from '../accounts/api.ts';
import type { Profile } from '../api.ts';
import { decodeIdentity, encodeIdentity, type Identity, makeIdentity } from '../epochs/identity.ts';
import type { AskedRoom } from '../membership/asked-rooms.ts';
import type { Box, EnginePorts } from '../ports.ts';
import { KEY_BYTES } from '../seal/sodium.ts';
import { decodeEntrance, encodeEntrance, type LinkEntrance } from './room-vault.ts';
import { DamagedVault, SealedBox } from './sealed-box.ts';

const VERSION = 1;
/** Version 1 did not say where a room is kept. */
const SUMMARY_VERSION = 2;
const APPEARANCES = ['system', 'light', 'dark'] as const satisfies readonly Appearance[];
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
  /** `account`: the account's home was seen to have it. */
  readonly kept: 'device' | 'account';
};

/** A document of the guest that this device was, as it is opened by the device of an account that it became. */
export type RoomMove = {
  readonly room: RoomId;
  readonly link: LinkEntrance;
  /** Into the account, to be on all its devices. */
  readonly take: boolean;
};

export type OpenProfile = {
  readonly identity: Identity;
  /** Null: a guest. */
  readonly account: AccountRecord | null;
  readonly moves: readonly RoomMove[];
  readonly asked: readonly AskedRoom[];
  /** The rooms are those of somebody who this device is not any more. */
  readonly isLeaving: boolean;
  readonly appearance: Appearance;
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
    const kept = values.get('identity');
    const identity = kept ? decodeIdentity(kept) : makeIdentity(ports.random, ports.clock.now());
    const vault = new ProfileVault(raw, box, key);
    if (!kept) {
      box.write({ values: { identity: encodeIdentity(identity) } });
      await box.stored();
    }
    const account = values.get('account');
    const moves = values.get('moves');
    const asked = values.get('asked');
    const profile = values.get('profile');
    const rooms = [...values].filter(([name]) => name.startsWith('room:')).map(([, bytes]) => decodeSummary(bytes));
    return {
      identity,
      account: account ? decodeAccountRecord(account) : null,
      moves: moves ? decodeMoves(moves) : [],
      asked: asked ? decodeAsked(asked) : [],
      isLeaving: values.has('leaving'),
      profile: profile ? decodeProfile(profile) : { name: '', color: '' },
      appearance: APPEARANCES[values.get('appearance')?.[0] ?? 0] ?? 'system',
      rooms,
      vault,
    };
  }

  saveIdentity(identity: Identity, account: AccountRecord | null): void {
    const values = { identity: encodeIdentity(identity), account: account && encodeAccountRecord(account) };
    this.#box.write({ values });
  }
  /**
   * Who this device is from now on, in one write. All rooms are those of who it was, and have to go, which `left` confirms;
   * `moves` come back after that.
   */
  becomes(identity: Identity, account: AccountRecord | null, moves: readonly RoomMove[]): void {
    this.#box.write({
      values: {
        identity: encodeIdentity(identity),
        account: account && encodeAccountRecord(account),
        moves: moves.length > 0 ? encodeMoves(moves) : null,
        asked: null,
        leaving: Uint8Array.of(VERSION),
      },
    });
  }
  left(): void {
    this.#box.write({ values: { leaving: null } });
  }
  saveMoves(moves: readonly RoomMove[]): void {
    this.#box.write({ values: { moves: moves.length > 0 ? encodeMoves(moves) : null } });
  }
  saveAsked(asked: readonly AskedRoom[]): void {
    this.#box.write({ values: { asked: asked.length > 0 ? encodeAsked(asked) : null } });
  }
  saveAppearance(appearance: Appearance): void {
    this.#box.write({ values: { appearance: Uint8Array.of(APPEARANCES.indexOf(appearance)) } });
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
  /** Whether the disk takes something, now. @throws StorageFault */
  async probe(profile: Profile): Promise<void> {
    this.saveProfile(profile);
    await this.#box.storedNow();
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
    .u8(SUMMARY_VERSION)
    .raw(idBytes(summary.room))
    .u8(summary.role ? ROLES.indexOf(summary.role) + 1 : 0)
    .u32(summary.waiting)
    .u64(summary.changedAt)
    .u8(summary.kept === 'account' ? 1 : 0)
    .raw(new ByteWriter().text(summary.title).bytes())
    .bytes();

function decodeSummary(bytes: Uint8Array): RoomSummary {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== 1 && version !== SUMMARY_VERSION) throw new DamagedVault(`summary of version ${version}`);
  const room = roomId(reader.raw(ID_BYTES));
  const role = ROLES[reader.u8() - 1] ?? null;
  const counts = { waiting: reader.u32(), changedAt: reader.u64() };
  const kept = version > 1 && reader.u8() === 1 ? ('account' as const) : ('device' as const);
  return { room, role, ...counts, kept, title: reader.text(MAX_TEXT_BYTES) };
}

function encodeMoves(moves: readonly RoomMove[]): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u32(moves.length);
  for (const { room, link, take } of moves)
    out
      .raw(idBytes(room))
      .u8(take ? 1 : 0)
      .block(encodeEntrance(link));
  return out.bytes();
}

function decodeMoves(bytes: Uint8Array): RoomMove[] {
  const reader = versioned(bytes);
  return Array.from({ length: reader.u32() }, () => {
    const head = { room: roomId(reader.raw(ID_BYTES)), take: reader.u8() === 1 };
    const link = decodeEntrance(reader.block(MAX_TEXT_BYTES));
    if (link.by !== 'link') throw new DamagedVault('moves');
    return { ...head, link };
  });
}

function encodeAsked(asked: readonly AskedRoom[]): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u16(asked.length);
  for (const { room, askedAt } of asked) out.raw(idBytes(room)).u64(askedAt);
  return out.bytes();
}

function decodeAsked(bytes: Uint8Array): AskedRoom[] {
  const reader = versioned(bytes);
  return Array.from({ length: reader.u16() }, () => ({ room: roomId(reader.raw(ID_BYTES)), askedAt: reader.u64() }));
}

function versioned(bytes: Uint8Array): ByteReader {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new DamagedVault(`version ${version}`);
  return reader;
}

export const isVaultDamage = (error: unknown): boolean => error instanceof DamagedVault || error instanceof WireError;
