/** `npm run simulate -- <seed>…` or `<first>-<last>`: replays seeds and shows what fails. Run by scripts/simulate.mjs. */
import { describeFailure, runBatch } from './batch.ts';
import { summaryOf } from './summary.ts';

function seedsOf(argument: string): number[] {
  const [first = Number.NaN, last = first] = argument.split('-').map(Number);
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) throw new Error(`no seed: ${argument}`);
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** Returns the exit code. */
export async function main(root: string, args: readonly string[]): Promise<number> {
  if (args.length === 0) throw new Error('which seed? npm run simulate -- 17, or 1-100');
  const report = await runBatch(root, args.flatMap(seedsOf));
  for (const failure of report.failures.slice(0, 5)) console.log(`${describeFailure(failure)}\n`);
  console.log(summaryOf(report.counts));
  const failed = report.failures.map(({ seed, failure }) => `${seed} ${failure?.message.slice(0, 110)}`);
  console.log(
    [`${report.seeds} seeds in ${report.seconds.toFixed(1)} s, ${failed.length} failed`, ...failed].join('\n'),
  );
  return failed.length > 0 ? 1 : 0;
}
