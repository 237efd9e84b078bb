/** What a running process holds: V8's heap as a snapshot tells it, and all of its memory as the kernel does (Linux alone). */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { SecretSearch } from '../secret-search.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
const WITHIN_MS = 60_000;
const LOOK_AGAIN_MS = 100;

/** Flags of Node for a server whose heap is to be looked at. */
export const snapshotFlags = (folder: string): string[] => [
  '--heapsnapshot-signal=SIGUSR2',
  `--diagnostic-dir=${folder}`,
];

/** The heap of a process that runs with `snapshotFlags(folder)`, as JSON: every string, and every number in an object. */
export async function heapSnapshot(pid: number, folder: string): Promise<Buffer> {
  process.kill(pid, 'SIGUSR2');
  const end = performance.now() + WITHIN_MS;
  for (;;) {
    const [name] = readdirSync(folder).filter((file) => file.endsWith('.heapsnapshot'));
    const bytes = name === undefined ? Buffer.alloc(0) : readFileSync(join(folder, name));
    if (bytes.subarray(-4).toString().trimEnd().endsWith('}')) return bytes;
    if (performance.now() > end) throw new Error('waited in vain for the heap snapshot');
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** Whether the kernel lets this process read that one's memory. */
export function isReadable(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return true;
  } catch {
    return false;
  }
}

/**
 * The values that lie anywhere in what the process has written to: V8's heap, buffers, WebAssembly, what native code has
 * allocated and what of all that was freed and not overwritten. It stands still meanwhile.
 */
export function foundInMemory(pid: number, search: SecretSearch): { readonly found: string[]; readonly bytes: number } {
  process.kill(pid, 'SIGSTOP');
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const chunk = Buffer.alloc(CHUNK_BYTES + search.overlap);
  const found = new Set<string>();
  let bytes = 0;
  try {
    for (const { from, to } of writtenRegions(pid))
      for (let at = from; at < to; at += CHUNK_BYTES) {
        const length = readAt(memory, chunk, at, Math.min(chunk.length, to - at));
        bytes += Math.min(length, CHUNK_BYTES);
        for (const name of search.found(chunk.subarray(0, length))) found.add(name);
      }
  } finally {
    closeSync(memory);
    process.kill(pid, 'SIGCONT');
  }
  return { found: [...found], bytes };
}

/** Parts of the address space that can be written to and have pages. */
function writtenRegions(pid: number): { readonly from: number; readonly to: number }[] {
  const regions = readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m);
  return regions.flatMap((text) => {
    const [, from = '', to = '', rights = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+)/.exec(text) ?? [];
    const isUsed = rights.startsWith('rw') && !/^Rss: +0 kB$/m.test(text);
    return isUsed ? [{ from: Number.parseInt(from, 16), to: Number.parseInt(to, 16) }] : [];
  });
}

/** As much as there is. Some regions cannot be read although they say so. */
function readAt(file: number, into: Buffer, at: number, length: number): number {
  try {
    return readSync(file, into, 0, length, at);
  } catch {
    return 0;
  }
}
