/**
 * A link's password, made dear to guess [LI2]: Argon2id (RFC 9106), with one lane as libsodium has it. Its small build has none, so
 * another library does it, which is loaded when a password is first needed.
 */
import type { KeyStretching } from '../ports.ts';

export const LINK_SALT_BYTES = 16;
const STRETCHED_BYTES = 32;
/** What a phone's browser bears in a worker. Memory in KiB. */
const PRODUCT_COST = { iterations: 3, memory: 65_536 };

/** `password`: normalised, not empty. `keyStretching`: cheaper, in tests. */
export async function stretchedPassword(
  password: string,
  salt: Uint8Array,
  keyStretching?: KeyStretching,
): Promise<Uint8Array> {
  const cost = typeof keyStretching === 'object' ? keyStretching['argon2id-custom'] : PRODUCT_COST;
  const { argon2id } = await import('hash-wasm');
  return argon2id({
    password,
    salt,
    iterations: cost.iterations,
    memorySize: cost.memory,
    parallelism: 1,
    hashLength: STRETCHED_BYTES,
    outputType: 'binary',
  });
}
