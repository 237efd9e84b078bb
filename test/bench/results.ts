/** Figures that the browser benches hand to the page about performance. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { EpochCost } from '../support/epoch-cost.ts';

/** Set by `npm run bench`. Without it a bench only prints. */
const FOLDER = process.env.SEALROOM_BENCH_RESULTS;

export type BrowserFigures = {
  readonly keystroke: { readonly own: readonly number[]; readonly across: readonly number[] };
  readonly 'long-document': {
    readonly characters: number;
    readonly firstVisitMs: number;
    readonly openMs: readonly number[];
    readonly scriptMs: readonly number[];
  };
  readonly epochs: readonly { readonly where: 'Node' | 'Chromium'; readonly cost: EpochCost }[];
  /** One figure for each sign-in. */
  readonly 'sign-in': Readonly<
    Record<'totalMs' | 'beginMs' | 'stretchingMs' | 'serverMs' | 'homeMs', readonly number[]>
  >;
};

export function keepResult<Name extends keyof BrowserFigures>(name: Name, figures: BrowserFigures[Name]): void {
  if (!FOLDER) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/${name}.json`, JSON.stringify(figures));
}

export function readResult<Name extends keyof BrowserFigures>(folder: string, name: Name): BrowserFigures[Name] | null {
  const file = `${folder}/${name}.json`;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as BrowserFigures[Name]) : null;
}
