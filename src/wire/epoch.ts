/**
 * Epoch records: the core (clear, all that is agreed on), the device lists that it names for the first time, one hash
 * per wrap. The wraps travel beside the record. Rules [EP1]–[EP11] in docs/protocol.md, reasons in docs/cryptography.md.
 */
import { ByteReader, ByteWriter, labelled, WireError } from './bytes.ts';
import type { Blake2b256 } from './chain.ts';
import { assertAscending, decodeDeviceList, type SignedDeviceList } from './device-list.ts';
import {
  type DeviceId,
  deviceId,
  type Hash,
  hashId,
  ID_BYTES,
  idBytes,
  type Position,
  type PrincipalId,
  principalId,
  type RoomId,
  roomId,
  ZERO_BYTES,
} from './ids.ts';
import { MAX_DEVICES, MAX_EPOCH_RECORD_BYTES, MAX_LINKS, MAX_PRINCIPALS } from './limits.ts';
import { KEM_CIPHERTEXT_BYTES, KEM_PUBLIC_KEY_BYTES } from './prekey.ts';
import { NONCE_BYTES, readPosition, writePosition } from './record.ts';
import { ROLES, type Role } from './roles.ts';

const VERSION = 3;
const PRINCIPAL_KINDS = ['account', 'link'] as const;
/** A guest profile counts as an account: it signs a device list of its own. */
export type PrincipalKind = (typeof PRINCIPAL_KINDS)[number];

/** [SG1] Whether who is let in sees what was written before. */
const NEWCOMERS = ['see-all', 'start-empty'] as const;
export type Newcomers = (typeof NEWCOMERS)[number];

export type AccessEntry = { readonly principal: PrincipalId; readonly kind: PrincipalKind; readonly role: Role };
export type ListEntry = { readonly principal: PrincipalId; readonly version: number; readonly hash: Hash };
export type DeviceEntry = { readonly device: DeviceId; readonly prekey: number };
/** Until when a link lets people in, and how many of them: the relay's to hold [LI4]. */
export type LinkLimits = {
  /** Milliseconds since 1970; 0: for ever. */
  readonly expiresAt: number;
  /** Devices that may come in by it; 0: any number. */
  readonly maxUses: number;
};
export const NO_LIMITS: LinkLimits = { expiresAt: 0, maxUses: 0 };
/** A lasting key that the secret is sealed to: a link's, in a home the account's. */
export type LinkEntry = LinkLimits & { readonly principal: PrincipalId; readonly kemKey: Uint8Array };

/** All lists ascend by the bytes of their key. */
export type EpochCore = {
  /** Zero while epoch 1's hash is taken: that hash is the room's id. */
  readonly room: RoomId;
  readonly epoch: number;
  /** Hash of the epoch record before, zero for epoch 1. */
  readonly previous: Hash;
  /** Hash of the last epoch record, before this one, that changed the access list. Zero for epoch 1. */
  readonly lastListChange: Hash;
  /** The log's end as the signer saw it. */
  readonly position: Position;
  /** The signer's word for when it was. Milliseconds since 1970. */
  readonly date: number;
  readonly newcomers: Newcomers;
  /** [SG2] Of all streams that are written in this epoch. */
  readonly segment: number;
  readonly access: readonly AccessEntry[];
  readonly lists: readonly ListEntry[];
  readonly devices: readonly DeviceEntry[];
  readonly links: readonly LinkEntry[];
  readonly commitment: Uint8Array;
};

export type EpochBody = {
  readonly core: EpochCore;
  readonly coreBytes: Uint8Array;
  readonly lists: readonly SignedDeviceList[];
  /** First of the devices, then of the links, in the core's order. */
  readonly wrapHashes: readonly Hash[];
};

export const NO_ROOM: RoomId = roomId(ZERO_BYTES);

export function encodeCore(core: EpochCore): Uint8Array {
  const out = new ByteWriter()
    .u8(VERSION)
    .raw(idBytes(core.room))
    .u32(core.epoch)
    .raw(idBytes(core.previous))
    .raw(idBytes(core.lastListChange));
  writePosition(out, core.position).u64(core.date).u8(NEWCOMERS.indexOf(core.newcomers)).u32(core.segment);
  out.u16(core.access.length);
  for (const entry of core.access)
    out.raw(idBytes(entry.principal)).u8(PRINCIPAL_KINDS.indexOf(entry.kind)).u8(ROLES.indexOf(entry.role));
  out.u16(core.lists.length);
  for (const entry of core.lists) out.raw(idBytes(entry.principal)).u32(entry.version).raw(idBytes(entry.hash));
  out.u16(core.devices.length);
  for (const entry of core.devices) out.raw(idBytes(entry.device)).u32(entry.prekey);
  out.u16(core.links.length);
  for (const entry of core.links)
    out.raw(idBytes(entry.principal)).raw(entry.kemKey).u64(entry.expiresAt).u32(entry.maxUses);
  return out.raw(core.commitment).bytes();
}

export function decodeCore(bytes: Uint8Array): EpochCore {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `epoch version ${version}`);
  const core: EpochCore = {
    room: roomId(reader.raw(ID_BYTES)),
    epoch: reader.u32(),
    previous: hashId(reader.raw(ID_BYTES)),
    lastListChange: hashId(reader.raw(ID_BYTES)),
    position: readPosition(reader),
    date: reader.u64(),
    newcomers: oneOf(NEWCOMERS, reader.u8()),
    segment: reader.u32(),
    access: readKeyed(reader, MAX_PRINCIPALS, (key) => ({
      principal: principalId(key),
      kind: oneOf(PRINCIPAL_KINDS, reader.u8()),
      role: oneOf(ROLES, reader.u8()),
    })),
    lists: readKeyed(reader, MAX_PRINCIPALS, (key) => ({
      principal: principalId(key),
      version: reader.u32(),
      hash: hashId(reader.raw(ID_BYTES)),
    })),
    devices: readKeyed(reader, MAX_DEVICES, (key) => ({ device: deviceId(key), prekey: reader.u32() })),
    links: readKeyed(reader, MAX_LINKS, (key) => ({
      principal: principalId(key),
      kemKey: reader.raw(KEM_PUBLIC_KEY_BYTES),
      expiresAt: reader.u64(),
      maxUses: reader.u32(),
    })),
    commitment: reader.raw(ID_BYTES),
  };
  reader.end();
  return core;
}

/** [EP1] The room's id: the hash of epoch 1's core with an empty room field. */
export const roomIdOf = (hash: Blake2b256, core: EpochCore): RoomId =>
  roomId(hash(labelled('room', encodeCore({ ...core, room: NO_ROOM }))));

export const coreHash = (hash: Blake2b256, coreBytes: Uint8Array): Hash => hashId(hash(labelled('core', coreBytes)));

export function encodeEpochBody(
  coreBytes: Uint8Array,
  lists: readonly Uint8Array[],
  wraps: readonly Hash[],
): Uint8Array {
  const out = new ByteWriter().block(coreBytes).u16(lists.length);
  for (const list of lists) out.block(list);
  out.u16(wraps.length);
  for (const wrap of wraps) out.raw(idBytes(wrap));
  return out.bytes();
}

export function decodeEpochBody(body: Uint8Array): EpochBody {
  const reader = new ByteReader(body);
  const coreBytes = reader.block(MAX_EPOCH_RECORD_BYTES);
  const core = decodeCore(coreBytes);
  const listCount = reader.u16();
  const lists = Array.from({ length: Math.min(listCount, MAX_PRINCIPALS + 1) }, () =>
    decodeDeviceList(reader.block(MAX_EPOCH_RECORD_BYTES)),
  );
  const wrapCount = reader.u16();
  if (listCount > MAX_PRINCIPALS || wrapCount !== core.devices.length + core.links.length)
    throw new WireError('malformed', 'an epoch record needs one wrap hash for each device and link');
  const wrapHashes = Array.from({ length: wrapCount }, () => hashId(reader.raw(ID_BYTES)));
  reader.end();
  return { core, coreBytes, lists, wrapHashes };
}

/** One recipient's share: the encapsulated key and the epoch secret sealed under it. */
export type Wrap = {
  /** A device's key, or a link's. */
  readonly recipient: DeviceId | PrincipalId;
  readonly prekey: number;
  readonly kemCiphertext: Uint8Array;
  readonly nonce: Uint8Array;
  readonly sealedSecret: Uint8Array;
};
const SEALED_SECRET_BYTES = 32 + 16;
export const WRAP_BYTES = ID_BYTES + 4 + KEM_CIPHERTEXT_BYTES + NONCE_BYTES + SEALED_SECRET_BYTES;

export const encodeWrap = (wrap: Wrap): Uint8Array =>
  new ByteWriter()
    .raw(idBytes(wrap.recipient))
    .u32(wrap.prekey)
    .raw(wrap.kemCiphertext)
    .raw(wrap.nonce)
    .raw(wrap.sealedSecret)
    .bytes();

export function decodeWrap(bytes: Uint8Array): Wrap {
  const reader = new ByteReader(bytes);
  const wrap: Wrap = {
    recipient: deviceId(reader.raw(ID_BYTES)),
    prekey: reader.u32(),
    kemCiphertext: reader.raw(KEM_CIPHERTEXT_BYTES),
    nonce: reader.raw(NONCE_BYTES),
    sealedSecret: reader.raw(SEALED_SECRET_BYTES),
  };
  reader.end();
  return wrap;
}

export const wrapHash = (hash: Blake2b256, wrap: Uint8Array): Hash => hashId(hash(labelled('wrap', wrap)));

/**
 * [EP8] The wraps that travel beside a record are exactly those whose hashes it signs, in its order, and are for those whom its core
 * names: devices by the prekeys named, then lasting keys.
 */
export function wrapsFit(hash: Blake2b256, { core, wrapHashes }: EpochBody, wraps: readonly Uint8Array[]): boolean {
  const named = [
    ...core.devices.map(({ device, prekey }) => ({ recipient: device, prekey })),
    ...core.links.map(({ principal }) => ({ recipient: principal, prekey: LASTING_KEY })),
  ];
  return (
    wraps.length === named.length &&
    wraps.every((bytes, i) => {
      if (bytes.length !== WRAP_BYTES) return false;
      const { recipient, prekey } = decodeWrap(bytes);
      const isFor = recipient === named[i]?.recipient && prekey === named[i]?.prekey;
      return isFor && wrapHash(hash, bytes) === wrapHashes[i];
    })
  );
}

/** The prekey id in a wrap for a link or an account. */
export const LASTING_KEY = 0;
/** One for each device and link: a room that could not write its next epoch could remove nobody. */
export const MAX_WRAPS = MAX_DEVICES + MAX_LINKS;

function readKeyed<T>(reader: ByteReader, limit: number, read: (key: Uint8Array) => T): T[] {
  const count = reader.u16();
  if (count > limit) throw new WireError('too-large', `list of ${count} entries, limit ${limit}`);
  const keys: Uint8Array[] = [];
  return Array.from({ length: count }, () => {
    const key = reader.raw(ID_BYTES);
    assertAscending(keys.at(-1), key);
    keys.push(key);
    return read(key);
  });
}

function oneOf<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new WireError('malformed', 'unknown value');
  return value;
}
