/** What the home keeps of a room: how a device of the account gets in, and the secrets that no wrap gives it. */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { LINK_SECRET_BYTES } from '../../wire/link.ts';
import { decodeEpochSecret, type EpochSecret, encodeEpochSecret } from '../epochs/epoch-secrets.ts';
import { decodeHeldLink, encodeHeldLink, type HeldLink } from '../epochs/held-link.ts';
import type { Room } from '../rooms/room.ts';
import { KEY_BYTES } from '../seal/sodium.ts';
import { type AccountEntrance, decodeEntrance, encodeEntrance, type LinkEntrance } from '../vault/room-vault.ts';

const VERSION = 2;
const MAX_ENTRANCE_BYTES = 256;
const MAX_SECRET_BYTES = 64;
/** Role, secret, perhaps a password key. */
const MAX_LINK_BYTES = 1 + LINK_SECRET_BYTES + KEY_BYTES;

export type HomeEntry = {
  readonly entrance: LinkEntrance | AccountEntrance;
  readonly secrets: readonly EpochSecret[];
  /** Links that were made on a device of the account. */
  readonly links: readonly HeldLink[];
};

export function encodeHomeEntry({ entrance, secrets, links }: HomeEntry): Uint8Array {
  const out = new ByteWriter().u8(VERSION).block(encodeEntrance(entrance)).u32(secrets.length);
  for (const secret of secrets) out.block(encodeEpochSecret(secret));
  out.u32(links.length);
  for (const link of links) out.block(encodeHeldLink(link));
  return out.bytes();
}

/** Undefined: another version's, or damaged. */
export function decodeHomeEntry(bytes: Uint8Array): HomeEntry | undefined {
  try {
    const reader = new ByteReader(bytes);
    if (reader.u8() !== VERSION) return undefined;
    const entrance = decodeEntrance(reader.block(MAX_ENTRANCE_BYTES));
    if (entrance.by === 'owner') return undefined;
    const secrets = Array.from({ length: reader.u32() }, () => decodeEpochSecret(reader.block(MAX_SECRET_BYTES)));
    const links = Array.from({ length: reader.u32() }, () => decodeHeldLink(reader.block(MAX_LINK_BYTES)));
    reader.end();
    return { entrance, secrets, links };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** What another device of the account needs to open this room. Undefined: it has no chain yet. */
export function homeEntryOf({ entrance, epochHash, secrets, roster }: Room): HomeEntry | undefined {
  if (entrance.by === 'link') return { entrance, secrets: [], links: [] };
  if (!epochHash) return undefined;
  return { entrance: { by: 'account', editSecret: entrance.editSecret, epochHash }, secrets, links: roster.madeLinks };
}
