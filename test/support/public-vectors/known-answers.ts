/** Published answers for primitives that project Wycheproof has no vectors for. */

/** draft-connolly-cfrg-xwing-kem, test vectors: seed of the key, randomness of the encapsulation, shared secret. */
export const X_WING = [
  [
    '7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26',
    '3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e235b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2',
    'd2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384',
  ],
  [
    'badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea',
    '17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdefaee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d',
    'f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150',
  ],
  [
    'ef58538b8d23f87732ea63b02b4fa0f4873360e2841928cd60dd4cee8cc0d4c9',
    '22a96188d032675c8ac850933c7aff1533b94c834adbb69c6115bad4692d8619f90b0cdf8a7b9c264029ac185b70b83f2801f2f4b3f70c593ea3aeeb613a7f1b',
    '953f7f4e8c5b5049bdc771d1dffada0dd961477d1a2ae0988baa7ea6898d893f',
  ],
] as const;

/** NaCl's example of XSalsa20-Poly1305, which a sealed box uses: the tag comes first. */
export const SECRET_BOX = {
  key: '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389',
  nonce: '69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37',
  plain:
    'be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705',
  sealed:
    'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce48332ea7164d96a4476fb8c531a1186ac0dfc17c98dce87b4da7f011ec48c97271d2c20f9b928fe2270d6fb863d51738b48eeee314a7cc8ab932164548e526ae90224368517acfeabd6bb3732bc0e9da99832b61ca01b6de56244a9e88d5f9b37973f622a43d14a6599b1f654cb45a74e355a5',
} as const;

/** RFC 7693, appendix E: the hash over the hashes, unkeyed and keyed, of inputs and lengths below. */
const BLAKE2B_OF_ALL = 'c23a7800d98123bd10f506c61e29da5603d763b8bbad2e737f5e765a7bccd475';
const OUTPUT_LENGTHS = [20, 32, 48, 64] as const;
const INPUT_LENGTHS = [0, 3, 128, 129, 255, 1024] as const;

/** The appendix' sequence of bytes: Fibonacci numbers from a seed. */
function sequence(length: number, seed: number): Uint8Array {
  let [a, b] = [Math.imul(0xdead4bad, seed) >>> 0, 1];
  return Uint8Array.from({ length }, () => {
    [a, b] = [b, (a + b) >>> 0];
    return b >>> 24;
  });
}

export type Blake2b = (length: number, input: Uint8Array, key: Uint8Array | null) => Uint8Array;

/** The hashes that go into the appendix' answer, and whether it came out. */
export function blake2bSelfTest(hash: Blake2b): { readonly hashes: number; readonly isRight: boolean } {
  const hashes = OUTPUT_LENGTHS.flatMap((length) =>
    INPUT_LENGTHS.flatMap((inputLength) => {
      const input = sequence(inputLength, inputLength);
      return [hash(length, input, null), hash(length, input, sequence(length, length))];
    }),
  );
  const all = hash(32, Uint8Array.from(hashes.flatMap((one) => [...one])), null);
  const isRight = Array.from(all, (byte) => byte.toString(16).padStart(2, '0')).join('') === BLAKE2B_OF_ALL;
  return { hashes: hashes.length, isRight };
}
