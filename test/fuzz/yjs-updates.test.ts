/** Yjs updates of a hostile member: what is let in fits, wholly and at once, into a document that holds the log [AD1]–[AD9]. */
import { beforeAll } from 'vitest';
import * as Y from 'yjs';
import { decodeYjsUpdate } from '../../src/engine/rooms/yjs-update.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { equalBytes } from '../../src/wire/bytes.ts';
import { fuzzDecoder } from '../support/fuzz/fuzz-decoder.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { JudgedStream, SENDER } from '../support/fuzz/judged-stream.ts';

const POOL = 400;

let stream: JudgedStream;
let honest: readonly Uint8Array[] = [];
beforeAll(async () => {
  await sodiumReady();
  const random = new FuzzRandom(11);
  stream = new JudgedStream(random);
  // Made once: an honest update costs more than judging it.
  honest = Array.from({ length: POOL }, () => stream.honestUpdate(random));
});

/** In encoding V2 the same edits must be told apart, not half read. */
function inV2(update: Uint8Array): Uint8Array {
  return Y.convertUpdateFormatV1ToV2(update);
}

fuzzDecoder({
  name: 'yjs-update',
  make: (random) => random.pick(honest),
  decode: (input) => (decodeYjsUpdate(input, Infinity).ok ? 'accepted' : 'refused'),
});

function judgeAndApply(update: Uint8Array): 'accepted' | 'refused' {
  const ledger = stream.ledger();
  const before = ledger.encode();
  const verdict = ledger.judge(SENDER, { claims: stream.claims, update });
  if (!equalBytes(before, ledger.encode())) throw new Error('judging changed the ledger');
  if (!verdict.ok) return 'refused';
  ledger.admit(verdict.value);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, stream.state);
  Y.applyUpdate(doc, update);
  if (doc.store.pendingStructs || doc.store.pendingDs) throw new Error('something was left pending');
  for (const [client, clock] of Y.decodeStateVector(Y.encodeStateVector(doc)))
    if (ledger.nextClock(client) !== clock)
      throw new Error(`the ledger says ${ledger.nextClock(client)}, the document ${clock}`);
  return 'accepted';
}

fuzzDecoder({
  name: 'judged-update',
  make: (random) => random.pick(honest),
  decode: judgeAndApply,
  share: 0.5,
});

fuzzDecoder({
  name: 'judged-hand-made-update',
  // Half of them are honest, so that a part is always let in and splices cross the two.
  make: (random) => (random.once(2) ? stream.handMadeUpdate(random) : random.pick(honest)),
  decode: judgeAndApply,
  mayBeWrong: true,
  share: 0.5,
});

fuzzDecoder({
  name: 'yjs-update-v2',
  make: (random) => (random.once(2) ? inV2(random.pick(honest)) : random.pick(honest)),
  decode: (input) => (decodeYjsUpdate(input, Infinity).ok ? 'accepted' : 'refused'),
  mayBeWrong: true,
  share: 0.5,
});
