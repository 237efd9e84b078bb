/**
 * What the service keeps sealed for an account. The bundle lies under a random master key, and the master key under the
 * export key of each way in, so that a new password renews one wrap alone. Layouts: docs/cryptography.md.
 */
import { ByteReader, ByteWriter, concatBytes, labelled, utf8, WireError } from '../../wire/bytes.ts';
import type { WayIn } from '../../wire/http/accounts.ts';
import { type AccountId, accountIdBytes } from '../../wire/http/fields.ts';
import { ID_BYTES, idBytes, type RoomId, roomId } from '../../wire/ids.ts';
import { NONCE_BYTES } from '../../wire/record.ts';
import type { Random } from '../ports.ts';
import { aeadOpen, aeadSeal, deriveKey, KEY_BYTES } from '../seal/sodium.ts';

const VERSION = 1;
const MAX_SERVER_KEY_BYTES = 64;

export type Bundle = {
  /** Of the identity key: signs device lists. */
  readonly identitySeed: Uint8Array;
  /** Of the account key: opens the home. */
  readonly accountKeySeed: Uint8Array;
  readonly home: RoomId;
  /** OPAQUE's, pinned: another one is another server. */
  readonly serverKey: Uint8Array;
};

/** `version`: counts up with every change; the service orders by it, and an older one does not open as a newer. */
export function sealBundle(
  bundle: Bundle,
  account: AccountId,
  version: number,
  master: Uint8Array,
  random: Random,
): Uint8Array {
  const plain = new ByteWriter()
    .raw(bundle.identitySeed)
    .raw(bundle.accountKeySeed)
    .raw(idBytes(bundle.home))
    .block(bundle.serverKey)
    .bytes();
  return seal(plain, bundlePlace(account, version), deriveKey(master, 'bundle-key'), random);
}

/** Undefined: sealed under another master key, for another account, as another version, or damaged. */
export function openBundle(
  sealed: Uint8Array,
  account: AccountId,
  version: number,
  master: Uint8Array,
): Bundle | undefined {
  const plain = open(sealed, bundlePlace(account, version), deriveKey(master, 'bundle-key'));
  if (!plain) return undefined;
  try {
    const reader = new ByteReader(plain);
    const bundle = {
      identitySeed: reader.raw(KEY_BYTES).slice(),
      accountKeySeed: reader.raw(KEY_BYTES).slice(),
      home: roomId(reader.raw(ID_BYTES)),
      serverKey: reader.block(MAX_SERVER_KEY_BYTES).slice(),
    };
    reader.end();
    return bundle;
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

export const sealMaster = (
  master: Uint8Array,
  account: AccountId,
  way: WayIn,
  exportKey: Uint8Array,
  random: Random,
): Uint8Array => seal(master, masterPlace(account, way), wrappingKey(exportKey), random);

export function openMaster(
  sealed: Uint8Array,
  account: AccountId,
  way: WayIn,
  exportKey: Uint8Array,
): Uint8Array | undefined {
  const master = open(sealed, masterPlace(account, way), wrappingKey(exportKey));
  return master?.length === KEY_BYTES ? master : undefined;
}

/** OPAQUE's export key has 64 bytes, of which libsodium's keyed hash takes all. */
const wrappingKey = (exportKey: Uint8Array): Uint8Array => deriveKey(exportKey, 'master-wrap');

const bundlePlace = (account: AccountId, version: number): Uint8Array =>
  labelled('bundle', accountIdBytes(account), new ByteWriter().u32(version).bytes());
const masterPlace = (account: AccountId, way: WayIn): Uint8Array =>
  labelled('master', accountIdBytes(account), utf8(way));

function seal(plain: Uint8Array, place: Uint8Array, key: Uint8Array, random: Random): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  return concatBytes(Uint8Array.of(VERSION), nonce, aeadSeal(plain, place, nonce, key));
}

function open(sealed: Uint8Array, place: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const nonceEnd = 1 + NONCE_BYTES;
  if (sealed[0] !== VERSION || sealed.length < nonceEnd) return undefined;
  return aeadOpen(sealed.subarray(nonceEnd), place, sealed.subarray(1, nonceEnd), key);
}
