/** What passes between an old device and a new one: the code on the screen, and two messages that the server passes on. */
import { fromBase64Url, toBase64Url } from '../../wire/base64url.ts';
import { ByteReader, ByteWriter, concatBytes, labelled, utf8, WireError } from '../../wire/bytes.ts';
import { MAX_NAME_LENGTH } from '../../wire/http/user-name.ts';
import {
  type DeviceId,
  deviceId,
  ID_BYTES,
  idBytes,
  type PrincipalId,
  principalId,
  type RoomId,
  roomId,
} from '../../wire/ids.ts';
import { NONCE_BYTES } from '../../wire/record.ts';
import { decodeEpochSecret, type EpochSecret, encodeEpochSecret } from '../epochs/epoch-secrets.ts';
import type { Random } from '../ports.ts';
import { aeadOpen, aeadSeal, type BoxKey, boxOpen, boxSeal, deriveKey, KEY_BYTES } from '../seal/sodium.ts';

const PREFIX = 'sealroom-device:1:';
const MAX_SECRET_BYTES = 64;
const MAX_SERVER_KEY_BYTES = 64;

/** What the QR code says. */
export type PairingCode = { readonly device: DeviceId; readonly boxKey: Uint8Array; readonly secret: Uint8Array };

export const writeCode = ({ device, boxKey, secret }: PairingCode): string =>
  PREFIX + toBase64Url(concatBytes(idBytes(device), boxKey, secret));

/** Undefined: not what `writeCode` made. */
export function readCode(text: string): PairingCode | undefined {
  const trimmed = text.trim();
  const bytes = trimmed.startsWith(PREFIX) ? fromBase64Url(trimmed.slice(PREFIX.length)) : undefined;
  if (bytes?.length !== ID_BYTES + 2 * KEY_BYTES) return undefined;
  const reader = new ByteReader(bytes);
  return { device: deviceId(reader.raw(ID_BYTES)), boxKey: reader.raw(KEY_BYTES), secret: reader.raw(KEY_BYTES) };
}

export type Purpose = 'greeting' | 'welcome';

export function sealTwice(
  plain: Uint8Array,
  purpose: Purpose,
  { boxKey, secret }: Omit<PairingCode, 'device'>,
  random: Random,
): Uint8Array {
  const nonce = random.bytes(NONCE_BYTES);
  const sealed = aeadSeal(boxSeal(plain, boxKey), place(purpose), nonce, pairingKey(secret, purpose));
  return concatBytes(nonce, sealed);
}

/** Undefined: not for this device, not with this code, or not for this purpose. */
export function openTwice(
  sealed: Uint8Array,
  purpose: Purpose,
  box: BoxKey,
  secret: Uint8Array,
): Uint8Array | undefined {
  const key = pairingKey(secret, purpose);
  const inner = aeadOpen(sealed.subarray(NONCE_BYTES), place(purpose), sealed.subarray(0, NONCE_BYTES), key);
  return inner && boxOpen(inner, box);
}

const pairingKey = (secret: Uint8Array, purpose: Purpose): Uint8Array =>
  deriveKey(secret, 'pairing-key', utf8(purpose));
const place = (purpose: Purpose): Uint8Array => labelled('pairing', utf8(purpose));

export type Welcome = {
  readonly principal: PrincipalId;
  readonly name: string;
  readonly serverKey: Uint8Array;
  /** The service would name another room in its place, with the home's commitment and a link of its own. */
  readonly home: RoomId;
  /** Of the home. */
  readonly secrets: readonly EpochSecret[];
};

export function encodeWelcome({ principal, name, serverKey, home, secrets }: Welcome): Uint8Array {
  const out = new ByteWriter().raw(idBytes(principal)).text(name).block(serverKey).raw(idBytes(home));
  out.u32(secrets.length);
  for (const secret of secrets) out.block(encodeEpochSecret(secret));
  return out.bytes();
}

/** Undefined: not what `encodeWelcome` made. */
export function decodeWelcome(bytes: Uint8Array): Welcome | undefined {
  try {
    const reader = new ByteReader(bytes);
    const head = {
      principal: principalId(reader.raw(ID_BYTES)),
      name: reader.text(MAX_NAME_LENGTH),
      serverKey: reader.block(MAX_SERVER_KEY_BYTES).slice(),
      home: roomId(reader.raw(ID_BYTES)),
    };
    const secrets = Array.from({ length: reader.u32() }, () => decodeEpochSecret(reader.block(MAX_SECRET_BYTES)));
    reader.end();
    return { ...head, secrets };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
