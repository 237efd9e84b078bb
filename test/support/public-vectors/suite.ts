/**
 * Public test vectors, and how a library is held against them. No Node in this folder but for `read-files.ts`: the same suites run
 * in a browser.
 */

type Result = 'valid' | 'invalid' | 'acceptable';
export type Case<T> = T & {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags?: readonly string[];
  readonly result: Result;
};
export type Group<G, T> = G & { readonly tests: readonly Case<T>[] };
export type VectorFile<G = object, T = object> = {
  readonly numberOfTests: number;
  readonly testGroups: readonly Group<G, T>[];
};

/** Files of project Wycheproof that the suites read, by the names that they have there. */
export const FILES = [
  'ed25519',
  'xchacha20_poly1305',
  'mlkem_768_keygen_seed',
  'mlkem_768_encaps',
  'mlkem_768',
  'x25519',
] as const;
export type FileName = (typeof FILES)[number];
export type VectorFiles = Readonly<Record<FileName, VectorFile>>;

/** `wrong`: the vectors on which the library's verdict is another one. */
export type Outcome = { readonly suite: string; readonly count: number; readonly wrong: readonly string[] };

/** Runs all cases of a file. What may be decided either way is left out, but counted. */
export function judgeAll<G, T>(
  suite: string,
  file: VectorFile,
  accepts: (test: Case<T>, group: Group<G, T>) => boolean,
): Outcome {
  const { numberOfTests, testGroups } = file as VectorFile<G, T>;
  const wrong: string[] = [];
  let count = 0;
  for (const group of testGroups)
    for (const test of group.tests) {
      count++;
      if (test.result === 'acceptable' || accepts(test, group) === (test.result === 'valid')) continue;
      wrong.push(`case ${test.tcId} (${test.comment ?? ''} ${test.flags ?? ''}) is ${test.result}`);
    }
  if (count !== numberOfTests) wrong.push(`${count} of ${numberOfTests} cases ran`);
  return { suite, count, wrong };
}

/** Known answers: each a name and whether the library gave it. */
export const judgeKnown = (suite: string, answers: readonly (readonly [string, boolean])[]): Outcome => ({
  suite,
  count: answers.length,
  wrong: answers.filter(([, isRight]) => !isRight).map(([name]) => name),
});

export const fromHex = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** What throws gives no answer. */
export function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
