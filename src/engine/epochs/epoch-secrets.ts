/** Secrets of epochs that a device was given by other ways than its own wrap: by the home's backup, or the account key. */
import { ByteReader, ByteWriter, equalBytes } from '../../wire/bytes.ts';
import type { EpochCore } from '../../wire/epoch.ts';
import type { Hash } from '../../wire/ids.ts';
import type { EpochKey } from '../seal/record-seal.ts';
import { KEY_BYTES } from '../seal/sodium.ts';
import { commitment } from './wraps.ts';

export const EPOCH_SECRET_BYTES = 4 + KEY_BYTES;
export type EpochSecret = { readonly epoch: number; readonly secret: Uint8Array };

/** The key of an epoch, if one of the secrets is the one that its record commits to. */
export function keyAmong(secrets: readonly EpochSecret[], core: EpochCore, coreHash: Hash): EpochKey | undefined {
  const found = secrets.find(
    ({ epoch, secret }) =>
      epoch === core.epoch && equalBytes(commitment(secret, core.epoch, core.previous), core.commitment),
  );
  return found && { epoch: core.epoch, coreHash, secret: found.secret };
}

export const encodeEpochSecret = ({ epoch, secret }: EpochSecret): Uint8Array =>
  new ByteWriter().u32(epoch).raw(secret).bytes();

/** @throws WireError */
export function decodeEpochSecret(bytes: Uint8Array): EpochSecret {
  const reader = new ByteReader(bytes);
  const secret = { epoch: reader.u32(), secret: reader.raw(KEY_BYTES).slice() };
  reader.end();
  return secret;
}
