/**
 * Public test vectors against the very libraries that engine and server use, in Node; test/e2e/public-vectors.e2e.ts runs the
 * client's suites in a browser. Wycheproof's lie outside the repository: where they are not there, the tests say so.
 */
import { expect, it } from 'vitest';
import { sodiumReady, verify } from '../../src/engine/seal/sodium.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { proofHolds } from '../../sync-server/relay/verifier.ts';
import { runClientSuites } from '../support/public-vectors/client-suites.ts';
import { readVectorFiles } from '../support/public-vectors/read-files.ts';
import { runServerSuites } from '../support/public-vectors/server-suites.ts';
import { FILES, fromHex } from '../support/public-vectors/suite.ts';

await sodiumReady();
const files = readVectorFiles();
const SUITES = [
  ...(await runClientSuites(files)).map((outcome) => ({ library: 'client', ...outcome })),
  ...runServerSuites(files).map((outcome) => ({ library: 'server', ...outcome })),
];

it.each(SUITES)('the $library’s $suite: no wrong verdict in $count', ({ count, wrong }) => {
  expect(wrong).toEqual([]);
  expect(count).toBeGreaterThan(0);
});

it('says how many vectors ran', () => {
  for (const { library, suite, count } of SUITES) console.info(`${library}: ${suite}: ${count} vectors`);
  expect(SUITES.length).toBe(files ? 13 : 4);
  // Fewer would mean that a file was cut short.
  const inFiles = files ? FILES.reduce((sum, name) => sum + files[name].numberOfTests, 0) : 0;
  expect(inFiles).toBe(files ? 1_542 : 0);
});

it('both libraries judge alike where they are stricter than the standard asks: keys and points of small order', () => {
  const smallOrder = [
    '0100000000000000000000000000000000000000000000000000000000000000',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '0000000000000000000000000000000000000000000000000000000000000000',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  ];
  for (const key of smallOrder) {
    // R is the neutral element, S is 0: a verifier without the check accepts this for every message.
    const signature = concatBytes(fromHex(smallOrder[0]!), new Uint8Array(32));
    const proof = { key: fromHex(key), message: new Uint8Array(3), signature };
    expect(verify(proof)).toBe(false);
    expect(proofHolds(proof)).toBe(false);
  }
});
