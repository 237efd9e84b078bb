/** An epoch's secret, wrapped for one device or link; and the commitment that shows it is the same for all. */
import { ByteWriter, concatBytes, equalBytes, WireError } from '../../wire/bytes.ts';
import { decodeWrap, type EpochCore, encodeWrap, type Wrap } from '../../wire/epoch.ts';
import { type DeviceId, type Hash, idBytes, type PrincipalId } from '../../wire/ids.ts';
import { NONCE_BYTES } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import type { Random } from '../ports.ts';
import type { EpochKey } from '../seal/record-seal.ts';
import { aeadOpen, aeadSeal, decapsulate, deriveKey, encapsulate } from '../seal/sodium.ts';

export type Recipient = {
  readonly id: DeviceId | PrincipalId;
  /** 0 for links. */
  readonly prekey: number;
  readonly kemKey: Uint8Array;
};

/** Ties the secret to its place in the chain, so that nobody can give different secrets to different people. */
export const commitment = (secret: Uint8Array, epoch: number, previous: Hash): Uint8Array =>
  deriveKey(secret, 'commitment', new ByteWriter().u32(epoch).bytes(), idBytes(previous));

const associated = (core: Hash, recipient: DeviceId | PrincipalId): Uint8Array =>
  concatBytes(idBytes(core), idBytes(recipient));

export function wrapSecret(secret: Uint8Array, core: Hash, recipient: Recipient, random: Random): Uint8Array {
  const { ciphertext, sharedSecret } = encapsulate(recipient.kemKey);
  const nonce = random.bytes(NONCE_BYTES);
  const sealedSecret = aeadSeal(secret, associated(core, recipient.id), nonce, deriveKey(sharedSecret, 'wrap-key'));
  return encodeWrap({
    recipient: recipient.id,
    prekey: recipient.prekey,
    kemCiphertext: ciphertext,
    nonce,
    sealedSecret,
  });
}

/** Whom a wrap was made for. Undefined: it is no wrap. */
export function addresseeOf(bytes: Uint8Array): Pick<Wrap, 'recipient' | 'prekey'> | undefined {
  try {
    return decodeWrap(bytes);
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

/** Opens one's own wrap and holds the secret against the core's commitment. */
export function unwrapSecret(
  wrapBytes: Uint8Array,
  core: EpochCore,
  hash: Hash,
  recipient: DeviceId | PrincipalId,
  kemSecretKey: Uint8Array,
): Verdict<EpochKey> {
  try {
    const wrap = decodeWrap(wrapBytes);
    if (idBytes(wrap.recipient).some((byte, i) => byte !== idBytes(recipient)[i]))
      return refuse('cannot-open', 'a wrap for somebody else');
    const key = deriveKey(decapsulate(wrap.kemCiphertext, kemSecretKey), 'wrap-key');
    const secret = aeadOpen(wrap.sealedSecret, associated(hash, recipient), wrap.nonce, key);
    if (!secret) return refuse('cannot-open', 'wrap is not authentic');
    if (!equalBytes(commitment(secret, core.epoch, core.previous), core.commitment))
      return refuse('cannot-open', 'secret does not match the commitment');
    return accept({ epoch: core.epoch, coreHash: hash, secret });
  } catch (error) {
    if (error instanceof WireError) return refuse('cannot-open', 'wrap');
    throw error;
  }
}
