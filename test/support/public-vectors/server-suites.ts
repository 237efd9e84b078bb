/** The native build, of which the server uses signatures and hashes alone. */
import sodium from 'sodium-native';
import { asBuffer } from '../../../sync-server/relay/hash.ts';
import { proofHolds } from '../../../sync-server/relay/verifier.ts';
import { proofOf } from './client-suites.ts';
import { blake2bSelfTest } from './known-answers.ts';
import { judgeAll, type Outcome, type VectorFiles } from './suite.ts';

export function runServerSuites(files: VectorFiles | null): Outcome[] {
  const { hashes, isRight } = blake2bSelfTest((length, input, key) => {
    const out = new Uint8Array(length);
    if (key) sodium.crypto_generichash(asBuffer(out), asBuffer(input), asBuffer(key));
    else sodium.crypto_generichash(asBuffer(out), asBuffer(input));
    return out;
  });
  const blake2b = { suite: 'BLAKE2b, keyed and not', count: hashes, wrong: isRight ? [] : ['the hash over all'] };
  if (!files) return [blake2b];
  const signatures = judgeAll<Parameters<typeof proofOf>[1], Parameters<typeof proofOf>[0]>(
    'Ed25519, checking',
    files.ed25519,
    (test, group) => proofHolds(proofOf(test, group)),
  );
  return [signatures, blake2b];
}
