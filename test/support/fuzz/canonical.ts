/** What "one encoding a value" means in a test: what was accepted is encoded again. */
import { equalBytes } from '../../../src/wire/bytes.ts';

/** For signed and hashed structures: two spellings of one value would let one signature mean two things [EN2]. */
export function expectSameBytes(input: Uint8Array, again: Uint8Array): 'accepted' {
  if (!equalBytes(input, again)) throw new Error(`${again.length} bytes where ${input.length} came in`);
  return 'accepted';
}

/** For what nobody signs, where a number may be spelled longer than needed: the second encoding is the last. */
export function expectStable(input: Uint8Array, recode: (bytes: Uint8Array) => Uint8Array): 'accepted' {
  const once = recode(input);
  if (!equalBytes(once, recode(once))) throw new Error('encoded again, it is not the same');
  return 'accepted';
}
