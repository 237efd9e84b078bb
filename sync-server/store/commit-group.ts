/** Commits that go to disk in one batch: each is judged by the state after those before it. */
import { equalBytes } from '../../src/wire/bytes.ts';
import type { Check, CommitResult, Write } from './store.ts';

export type PendingCommit = {
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
  /** Keys and values, bytes. */
  readonly bytes: number;
  readonly settle: (result: CommitResult) => void;
  readonly fail: (error: Error) => void;
};

export type JudgedGroup = { readonly results: readonly CommitResult[]; readonly writes: readonly Write[] };

const textOf = (key: Uint8Array): string => Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString('latin1');

/** `read`: the value on disk, before the group. What is checked has been written lately, as a rule, and is in memory. */
export function judgeGroup(
  group: readonly PendingCommit[],
  read: (key: Uint8Array) => Uint8Array | undefined,
): JudgedGroup {
  const written = new Map<string, Write>();
  const results = group.map(({ checks, writes }): CommitResult => {
    const holds = checks.every(({ key, value }) => {
      const write = written.get(textOf(key));
      const current = write ? write.value : read(key);
      return value === null || !current ? value === null && !current : equalBytes(current, value);
    });
    if (!holds) return 'conflict';
    // A key keeps one write, its last.
    for (const write of writes) written.set(textOf(write.key), write);
    return 'committed';
  });
  return { results, writes: [...written.values()] };
}
