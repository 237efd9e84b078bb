/** Sealing and opening of records: one key for each epoch, stream, kind and device. */
import { ByteWriter, concatBytes, WireError } from '../../wire/bytes.ts';
import { type DeviceId, type Hash, idBytes } from '../../wire/ids.ts';
import {
  assembleRecord,
  encodeHeader,
  type Header,
  isSealed,
  KINDS,
  type Kind,
  NONCE_BYTES,
  type SignedRecord,
  type Stream,
  signedBytes,
} from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { STREAM_CLASSES } from '../../wire/roles.ts';
import type { Random } from '../ports.ts';
import { pad, unpad } from './padding.ts';
import { aeadOpen, aeadSeal, deriveKey, type SigningKey, sign } from './sodium.ts';

/** What an epoch gives to whoever is in it. */
export type EpochKey = { readonly epoch: number; readonly coreHash: Hash; readonly secret: Uint8Array };

const recordKey = (epoch: EpochKey, stream: Stream, kind: Kind, device: DeviceId): Uint8Array =>
  deriveKey(
    epoch.secret,
    'record-key',
    idBytes(epoch.coreHash),
    new ByteWriter().u8(STREAM_CLASSES.indexOf(stream.class)).u32(stream.segment).u8(KINDS.indexOf(kind)).bytes(),
    idBytes(device),
  );

/** Deriving costs as much as sealing a short record, and a device writes many records in a row. */
export class RecordKeys {
  readonly #keys = new Map<string, Uint8Array>();
  static readonly #MAX_CACHED = 512;

  of(epoch: EpochKey, stream: Stream, kind: Kind, device: DeviceId): Uint8Array {
    const name = `${epoch.coreHash}/${stream.class}/${stream.segment}/${kind}/${device}`;
    const cached = this.#keys.get(name);
    if (cached) return cached;
    const key = recordKey(epoch, stream, kind, device);
    if (this.#keys.size >= RecordKeys.#MAX_CACHED) this.#keys.clear();
    this.#keys.set(name, key);
    return key;
  }
}

/** Pads, seals and signs. Returns the record's bytes. */
export function sealRecord(
  keys: RecordKeys,
  epoch: EpochKey,
  header: Header,
  plain: Uint8Array,
  signer: SigningKey,
  random: Random,
): Uint8Array {
  if (!isSealed(header.kind)) throw new Error(`${header.kind} records are not sealed`);
  const headerBytes = encodeHeader(header);
  const nonce = random.bytes(NONCE_BYTES);
  const body = aeadSeal(pad(plain), headerBytes, nonce, keys.of(epoch, header.stream, header.kind, header.sender));
  return signRecord(header.kind, concatBytes(headerBytes, nonce, body), signer);
}

/** A record whose body is clear: an epoch or a notice. */
export function clearRecord(header: Header, body: Uint8Array, signer: SigningKey): Uint8Array {
  if (isSealed(header.kind)) throw new Error(`${header.kind} records are sealed`);
  return signRecord(header.kind, concatBytes(encodeHeader(header), body), signer);
}

const signRecord = (kind: Kind, unsigned: Uint8Array, signer: SigningKey): Uint8Array =>
  assembleRecord(unsigned, sign(signedBytes(kind, unsigned), signer));

/** The plaintext of a sealed record whose signature has been checked. */
export function openRecord(keys: RecordKeys, epoch: EpochKey, record: SignedRecord): Verdict<Uint8Array> {
  const { header, headerBytes, nonce, body } = record;
  if (header.epoch !== epoch.epoch) return refuse('cannot-open', 'another epoch');
  const padded = aeadOpen(body, headerBytes, nonce, keys.of(epoch, header.stream, header.kind, header.sender));
  if (!padded) return refuse('cannot-open', 'not authentic');
  try {
    return accept(unpad(padded));
  } catch (error) {
    if (error instanceof WireError) return refuse(error.reason, 'padding');
    throw error;
  }
}
