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

/** `read`: the values on disk, before the group. */
export async function judgeGroup(
  group: readonly PendingCommit[],
  read: (keys: readonly Uint8Array[]) => Promise<(Uint8Array | undefined)[]>,
): Promise<JudgedGroup> {
  const stored = await readChecked(group, read);
  const written = new Map<string, Write>();
  const results = group.map(({ checks, writes }): CommitResult => {
    const holds = checks.every(({ key, value }) => {
      const text = textOf(key);
      const current = written.has(text) ? written.get(text)?.value : stored.get(text);
      return value === null || !current ? value === null && !current : equalBytes(current, value);
    });
    if (!holds) return 'conflict';
    // A key keeps one write, its last.
    for (const write of writes) written.set(textOf(write.key), write);
    return 'committed';
  });
  return { results, writes: [...written.values()] };
}

async function readChecked(
  group: readonly PendingCommit[],
  read: (keys: readonly Uint8Array[]) => Promise<(Uint8Array | undefined)[]>,
): Promise<Map<string, Uint8Array | undefined>> {
  const keys = new Map<string, Uint8Array>();
  for (const { checks } of group) for (const { key } of checks) keys.set(textOf(key), key);
  const values = keys.size === 0 ? [] : await read([...keys.values()]);
  return new Map([...keys.keys()].map((text, i) => [text, values[i]]));
}
