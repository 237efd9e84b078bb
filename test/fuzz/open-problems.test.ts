/**
 * Attacks of a member that are not stopped yet, see docs/decisions/fuzzing.md. Each test says what should hold and is
 * expected to fail; when one is solved it turns red, and moves to where it belongs.
 */
import * as encoding from 'lib0/encoding';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Ledger } from '../../src/engine/rooms/admission.ts';
import { clientIdOf } from '../../src/engine/rooms/client-ids.ts';
import { seedOf } from '../../src/engine/rooms/seed.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { deviceId, roomId } from '../../src/wire/ids.ts';
import { CONTENT } from '../../src/wire/record.ts';
import { cpuMs } from '../support/fuzz/fuzz-decoder.ts';

const room = roomId(new Uint8Array(32).fill(7));
const sender = deviceId(new Uint8Array(32).fill(0x51));
const SIBLINGS = 2_000;
const MAX_CPU_MS = 100;

/** So many deleted structs, all with the seed's paragraph to their left: four bytes each. */
const siblings = (client: number): Uint8Array =>
  encoding.encode((out) => {
    for (const number of [1, SIBLINGS, client, 0]) encoding.writeVarUint(out, number);
    for (let i = 0; i < SIBLINGS; i++) for (const byte of [0x81, 1, 0, 1]) encoding.writeUint8(out, byte);
    encoding.writeVarUint(out, 0);
  });

describe('not solved yet', () => {
  beforeAll(sodiumReady);

  it.fails('[AD7] an update of 8 KB that is let in costs at most 100 ms of CPU', () => {
    const ledger = new Ledger(room, CONTENT);
    const doc = new Y.Doc();
    const seed = seedOf(CONTENT);
    if (!seed) throw new Error('content has a seed');
    ledger.seed(seed);
    Y.applyUpdate(doc, seed);
    const claims = [1, 2]
      .map((fill) => new Uint8Array(16).fill(fill))
      .map((nonce) => ({ clientId: clientIdOf(sender, room, CONTENT, nonce), nonce }))
      .sort((a, b) => a.clientId - b.clientId);
    for (const claim of claims) {
      const update = siblings(claim.clientId);
      const verdict = ledger.judge(sender, { claims: [claim], update });
      if (!verdict.ok) return; // refused: solved
      ledger.admit(verdict.value);
      expect(cpuMs(() => Y.applyUpdate(doc, update))).toBeLessThan(MAX_CPU_MS);
    }
  });
});
