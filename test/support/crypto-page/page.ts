/** The engine's cryptography in a page of its own, for tests that run it in a browser without the rest of the app. */
import { type EpochCost, measureEpochs } from '../epoch-cost.ts';
import { runClientSuites } from '../public-vectors/client-suites.ts';
import type { Outcome, VectorFiles } from '../public-vectors/suite.ts';

declare global {
  interface Window {
    readonly runClientSuites: (files: VectorFiles | null) => Promise<Outcome[]>;
    readonly measureEpochs: (devices: number, rounds: number) => Promise<EpochCost>;
  }
}

Object.assign(window, { runClientSuites, measureEpochs });
