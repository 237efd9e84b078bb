/** What comes out of a sealed record: its sender is a member, and may be hostile. */
import { beforeAll } from 'vitest';
import * as Y from 'yjs';
import { applyState, clientAt, compactState } from '../../src/engine/rooms/compact-state.ts';
import { decodePresence, encodePresence } from '../../src/engine/rooms/signal-body.ts';
import { decodeSnapshotBody, encodeSnapshotBody } from '../../src/engine/rooms/snapshot-body.ts';
import { decodeUpdateBody, encodeUpdateBody } from '../../src/engine/rooms/update-body.ts';
import { decodeYjsUpdate, integrate } from '../../src/engine/rooms/yjs-update.ts';
import { pad, unpad } from '../../src/engine/seal/padding.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import {
  awarenessFrame,
  decodeTabFrame,
  step1Frame,
  step2Frame,
  updateFrame,
} from '../../src/engine/tabs/y-protocol.ts';
import { deviceId, hashId } from '../../src/wire/ids.ts';
import { accept } from '../../src/wire/refusals.ts';
import { expectSameBytes, expectStable } from '../support/fuzz/canonical.ts';
import { fuzzDecoder } from '../support/fuzz/fuzz-decoder.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { decodeLedger, JudgedStream } from '../support/fuzz/judged-stream.ts';

let ledgers: readonly Uint8Array[] = [];
beforeAll(async () => {
  await sodiumReady();
  const random = new FuzzRandom(7);
  ledgers = Array.from({ length: 20 }, () => new JudgedStream(random).ledgerBytes);
});

const list = <T>(random: FuzzRandom, most: number, make: () => T): T[] =>
  Array.from({ length: random.below(most + 1) }, make);

fuzzDecoder({
  name: 'update-body',
  make: (random) =>
    encodeUpdateBody({
      claims: list(random, 3, () => ({ clientId: random.u53(), nonce: random.bytes(16) })),
      update: random.bytes(random.below(60)),
    }),
  decode: (input) => expectSameBytes(input, encodeUpdateBody(decodeUpdateBody(input))),
});

fuzzDecoder({
  name: 'snapshot-body',
  make: (random) =>
    encodeSnapshotBody({
      counters: new Map(list(random, 4, () => [deviceId(random.bytes(32)), random.u53()] as const)),
      controlChain: hashId(random.bytes(32)),
      coveredBefore: random.u53(),
      ledger: random.bytes(random.below(40)),
      state: random.bytes(random.below(60)),
    }),
  decode: (input) => expectStable(input, (bytes) => encodeSnapshotBody(decodeSnapshotBody(bytes))),
});

fuzzDecoder({
  name: 'presence',
  make: (random) =>
    encodePresence({
      certificate: random.bytes(random.pick([0, 96])),
      controlChain: hashId(random.bytes(32)),
      asks: random.once(2),
      lacks: random.once(4),
      entries: list(random, 3, () => ({
        clientId: random.u53(),
        nonce: random.bytes(16),
        clock: random.u53(),
        state: random.pick(['null', '{"name":"Zoë"}', '{}']),
      })),
    }),
  decode: (input) => expectSameBytes(input, encodePresence(decodePresence(input))),
});

fuzzDecoder({
  name: 'padding',
  make: (random) => pad(random.bytes(random.pick([0, 10, 252, 253, 700, 5_000]))),
  decode: (input) => expectSameBytes(input, pad(unpad(input))),
});

fuzzDecoder({
  name: 'ledger',
  make: (random) => random.pick(ledgers),
  decode: (input) => expectStable(input, (bytes) => decodeLedger(bytes).encode()),
});

const CLIENTS = [1, 2 ** 33, 2 ** 52 + 1];

/** A state in which three clients have written, each after reading the one before. */
function compactStateOf(random: FuzzRandom): Uint8Array {
  let state = Y.encodeStateAsUpdate(new Y.Doc());
  for (const clientID of CLIENTS) {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, state);
    doc.clientID = clientID;
    const text = doc.getText('text');
    text.insert(random.below(text.length + 1), 'letters');
    text.delete(random.below(text.length - 1), 1);
    doc.getMap('map').set('key', random.below(9));
    state = Y.encodeStateAsUpdate(doc);
  }
  return compactState(state, CLIENTS);
}

fuzzDecoder({
  name: 'compact-state',
  share: 0.5,
  make: compactStateOf,
  decode: (input) => {
    const decoded = decodeYjsUpdate(input, Infinity, (place) => clientAt(CLIENTS, place));
    if (!decoded.ok) return 'refused';
    const clocks = integrate(
      decoded.value,
      () => 0,
      () => accept(true as const),
    );
    if (!clocks.ok) return 'refused';
    applyState(new Y.Doc(), { bytes: input, clients: CLIENTS });
    return 'accepted';
  },
});

fuzzDecoder({
  name: 'tab-frame',
  make: (random) => {
    const body = random.bytes(random.below(40));
    const entries = list(random, 3, () => ({ client: random.u53(), clock: random.u53(), state: '{"name":"Zoë"}' }));
    const frames = [
      step1Frame(body),
      step2Frame(body),
      updateFrame(body),
      awarenessFrame(entries),
      new Uint8Array([3]),
    ];
    return random.pick(frames);
  },
  decode: (input) => (decodeTabFrame(input).type === 'unknown' ? 'refused' : 'accepted'),
});
