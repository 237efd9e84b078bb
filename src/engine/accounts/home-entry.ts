/** What the home keeps of a room: how a device of the account gets in, and the secrets that no wrap gives it. */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { LINK_SECRET_BYTES } from '../../wire/link.ts';
import { decodeEpochSecret, EPOCH_SECRET_BYTES, type EpochSecret, encodeEpochSecret } from '../epochs/epoch-secrets.ts';
import { decodeHeldLink, encodeHeldLink, type HeldLink } from '../epochs/held-link.ts';
import type { Room } from '../rooms/room.ts';
import { KEY_BYTES } from '../seal/sodium.ts';
import { type AccountEntrance, decodeEntrance, encodeEntrance, type LinkEntrance } from '../vault/room-vault.ts';

const VERSION = 3;
const SECRETS_VERSION = 1;
const MAX_ENTRANCE_BYTES = 256;
/** Role, secret, perhaps a password key. */
const MAX_LINK_BYTES = 1 + LINK_SECRET_BYTES + KEY_BYTES;
/**
 * Epochs whose secrets lie together in the home. Rooms in use begin one every hour: all in one value would be written anew each time,
 * each in a value of its own would cost more for its key than for itself.
 */
export const SECRETS_TOGETHER = 64;

/** A room's entry, but for its secrets. */
export type HomeEntry = {
  readonly entrance: LinkEntrance | AccountEntrance;
  /** Links that were made on a device of the account. */
  readonly links: readonly HeldLink[];
};
export type HomeRoom = HomeEntry & { readonly secrets: readonly EpochSecret[] };

export function encodeHomeEntry({ entrance, links }: HomeEntry): Uint8Array {
  const out = new ByteWriter().u8(VERSION).block(encodeEntrance(entrance)).u32(links.length);
  for (const link of links) out.block(encodeHeldLink(link));
  return out.bytes();
}

/** Undefined: another version's, or damaged. */
export function decodeHomeEntry(bytes: Uint8Array): HomeEntry | undefined {
  return orUndefined(() => {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) return undefined;
    const entrance = decodeEntrance(reader.block(MAX_ENTRANCE_BYTES));
    if (entrance.by === 'owner') return undefined;
    const links = Array.from({ length: reader.u32() }, () => decodeHeldLink(reader.block(MAX_LINK_BYTES)));
    reader.end();
    return { entrance, links };
  });
}

/** The number of the value that has the secret of this epoch. */
export const secretsAt = (epoch: number): number => Math.floor(epoch / SECRETS_TOGETHER);

/** Secrets of neighbouring epochs, ascending. */
export function encodeHomeSecrets(secrets: readonly EpochSecret[]): Uint8Array {
  const out = new ByteWriter().u8(SECRETS_VERSION);
  for (const secret of secrets) out.raw(encodeEpochSecret(secret));
  return out.bytes();
}

/** Undefined: another version's, or damaged. */
export function decodeHomeSecrets(bytes: Uint8Array): EpochSecret[] | undefined {
  return orUndefined(() => {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== SECRETS_VERSION || reader.remaining > SECRETS_TOGETHER * EPOCH_SECRET_BYTES) return undefined;
    const secrets: EpochSecret[] = [];
    while (reader.remaining > 0) secrets.push(decodeEpochSecret(reader.raw(EPOCH_SECRET_BYTES)));
    return secrets;
  });
}

function orUndefined<T>(read: () => T | undefined): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** What another device of the account needs to open this room. Undefined: it has no chain yet. */
export function homeEntryOf({ entrance, epochHash, secrets, roster }: Room): HomeRoom | undefined {
  if (entrance.by === 'link') return { entrance, secrets: [], links: [] };
  if (!epochHash) return undefined;
  return { entrance: { by: 'account', editSecret: entrance.editSecret, epochHash }, secrets, links: roster.madeLinks };
}
