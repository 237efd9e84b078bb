/** Where the server's time goes at saturation, by V8's sampling profiler; and what one signature check costs alone. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { sign, signingKeyFromSeed, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { proofHolds } from '../../../sync-server/relay/verifier.ts';
import type { Fleet } from '../load/fleet.ts';
import { PinnedServer } from '../servers/pinned-server.ts';
import { IN_FLIGHT, join, leave, measure, type Shape, type Timing } from './throughput.ts';

export type Cost = { readonly place: string; readonly share: number };
export type ThreadProfile = { readonly thread: string; readonly busySeconds: number; readonly costs: readonly Cost[] };

type CpuProfile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { functionName: string; url: string } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};

export async function profileServer(
  fleet: Fleet,
  core: number,
  shape: Shape,
  timing: Timing,
): Promise<ThreadProfile[]> {
  const folder = mkdtempSync(joinPath(tmpdir(), 'sealroom-profile-'));
  const server = await PinnedServer.start('sealroom', core, ['--cpu-prof', `--cpu-prof-dir=${folder}`]);
  try {
    await join(fleet, server, 'sealroom', shape);
    await measure(fleet, server, { mode: 'single', inFlight: IN_FLIGHT }, timing);
    await leave(fleet);
    await server.stop();
    const profiles = readdirSync(folder).sort();
    return profiles.map((file) => read(JSON.parse(readFileSync(joinPath(folder, file), 'utf8')) as CpuProfile));
  } finally {
    await server.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}

function read({ nodes, samples, timeDeltas }: CpuProfile): ThreadProfile {
  const nameById = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const timeByName = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const name = nameById.get(id) ?? '?';
    timeByName.set(name, (timeByName.get(name) ?? 0) + (timeDeltas[i] ?? 0));
  }
  timeByName.delete('(idle)');
  const busy = [...timeByName.values()].reduce((sum, time) => sum + time, 0);
  const costs = [...timeByName].map(([place, time]) => ({ place, share: time / busy }));
  const isVerifier = [...timeByName.keys()].some((name) => name.includes('verifier.worker'));
  return {
    thread: isVerifier ? 'signature checks' : 'main',
    busySeconds: busy / 1e6,
    costs: costs.sort((a, b) => b.share - a.share).slice(0, 14),
  };
}

/** The function and its file, without where this checkout lies. */
function nameOf({ functionName, url }: CpuProfile['nodes'][number]['callFrame']): string {
  const file = url.replace(/^.*\/(node_modules|dist\/server)\//, '').replace(/^node:/, 'node ');
  return `${functionName || '(anonymous)'}${file ? `, ${file}` : ''}`;
}

/** Microseconds of CPU for one check of a record of usual size. */
export async function signatureCheckMicros(): Promise<number> {
  await sodiumReady();
  const key = signingKeyFromSeed(nodeRandom.bytes(32));
  const message = nodeRandom.bytes(480);
  const proof = { key: key.publicKey, message, signature: sign(message, key) };
  const checks = 3_000;
  for (let i = 0; i < 300; i++) proofHolds(proof);
  const before = process.cpuUsage();
  for (let i = 0; i < checks; i++) if (!proofHolds(proof)) throw new Error('the signature does not hold');
  const { user, system } = process.cpuUsage(before);
  return (user + system) / checks;
}
