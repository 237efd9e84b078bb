/** All that one run has measured. A part that could not be measured says why. */

import type { EngineLatency } from './measure/engine-latency.ts';
import type { DocumentGrowth, LogGrowth, RoomsGrowth } from './measure/growth.ts';
import type { MemoryFigure } from './measure/memory.ts';
import type { ThreadProfile } from './measure/profile.ts';
import type { Row } from './measure/throughput.ts';
import type { BrowserFigures } from './results.ts';

export type Missing = { readonly missing: string };
export type Findings = {
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly node: string;
    readonly serverCore: number;
    readonly loadBefore: number;
    readonly loadAfter: number;
    readonly openFiles: number;
    readonly syncMicros: number;
    readonly signatureMicros: number;
  };
  readonly command: string;
  readonly minutes: number;
  readonly throughput: readonly Row[] | Missing;
  /** Rooms of 10 with more edits in flight than the others had. */
  readonly flood: Row['saturated'] | Missing;
  readonly latency: EngineLatency | Missing;
  readonly memory: readonly MemoryFigure[] | Missing;
  readonly rooms: readonly RoomsGrowth[] | Missing;
  readonly log: readonly LogGrowth[] | Missing;
  readonly documents: readonly DocumentGrowth[] | Missing;
  readonly profile: readonly ThreadProfile[] | Missing;
  readonly keystroke: BrowserFigures['keystroke'] | Missing;
  readonly longDocument: BrowserFigures['long-document'] | Missing;
  readonly signIn: BrowserFigures['sign-in'] | Missing;
  readonly epochs: BrowserFigures['epochs'] | Missing;
};

export const isMissing = (part: object): part is Missing => 'missing' in part;
