/** Whether there is somebody of a name cannot be told from how sign-ins fail: not by their answers, nor by their time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accountsSeed, TIMED_SIGN_INS } from '../support/accounts/account-counts.ts';
import { auc, chanceBound, median } from '../support/accounts/rank-statistic.ts';
import { KINDS, type Sample, serviceWithAccounts, timeSignIns } from '../support/accounts/timed-sign-ins.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import type { ServiceServer } from '../support/service/service-server.ts';

/**
 * Chance alone exceeds this once in nine thousand measurements: 0.05 for 1,000 of each kind, 0.13 for 150. A busy machine
 * widens both samples and changes nothing about that, because the order is drawn.
 */
const SIGMAS = 3.87;
const MS_PER_SIGN_IN = 200;

describe('a sign-in that fails', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sealroom-timing-'));
  let server: ServiceServer;
  let samples: Sample[];
  beforeAll(
    async () => {
      server = await serviceWithAccounts(folder);
      samples = await timeSignIns(server, TIMED_SIGN_INS, new FuzzRandom(accountsSeed));
    },
    60_000 + 2 * TIMED_SIGN_INS * MS_PER_SIGN_IN,
  );
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['begin', 'finish'] as const)('is answered alike, whether there is such a name or not: %s', (step) => {
    expect(new Set(samples.map((sample) => sample[step].shape)).size).toBe(1);
  });

  it.each(['begin', 'finish'] as const)('takes as long, whether there is such a name or not: %s', (step) => {
    const [known = [], unknown = []] = KINDS.map((kind) =>
      samples.filter((sample) => sample.kind === kind).map((sample) => sample[step].ms),
    );
    expect([known.length, unknown.length]).toEqual([TIMED_SIGN_INS, TIMED_SIGN_INS]);
    const bound = chanceBound(TIMED_SIGN_INS, SIGMAS);
    const measured = auc(known, unknown);
    const medians = [known, unknown].map((times) => `${median(times).toFixed(3)} ms`).join(' and ');
    console.log(
      `${step}: AUC ${measured.toFixed(4)} for ${TIMED_SIGN_INS} of each (0.5 ± ${bound.toFixed(3)}), median ${medians}`,
    );
    expect(Math.abs(measured - 0.5), 'what the times tell of the name').toBeLessThan(bound);
  });
});
