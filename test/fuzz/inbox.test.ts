/**
 * The inbox as a whole: every record of a hostile log is let in or void, never an exception, and all readers of the same
 * bytes agree, whatever they have not sent yet, whenever they were restarted, and wherever they began [AD9], [SN3].
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { HeldLog } from '../../src/engine/rooms/held-log.ts';
import type { Reading } from '../../src/engine/rooms/log-reader.ts';
import { snapshotOf } from '../../src/engine/rooms/replay.ts';
import { sodiumReady } from '../../src/engine/seal/sodium.ts';
import { equalBytes } from '../../src/wire/bytes.ts';
import { CONTENT } from '../../src/wire/record.ts';
import { fuzzSeed, inputsOf } from '../support/fuzz/fuzz-decoder.ts';
import { FuzzRandom } from '../support/fuzz/fuzz-random.ts';
import { emptyLog, HostileLog, readInto } from '../support/fuzz/hostile-log.ts';
import { editOnce } from '../support/fuzz/yjs-updates.ts';

const LOGS = inputsOf(0.001);
const RECORDS = 24;
const MS_PER_LOG = 500;
/** Runs this log alone. */
const onlyLog = process.env.SEALROOM_FUZZ_LOG;

beforeAll(sodiumReady);

const summary = (reading: Reading): string => (reading.type === 'void' ? `void: ${reading.reason}` : reading.type);

/** Reads what there is, while editing its own document between the records. */
function readWithUnsentEdits(log: HostileLog, random: FuzzRandom): { held: HeldLog; summaries: string[] } {
  const held = new HeldLog(log.options, emptyLog);
  const summaries = log.entries.map((entry) => {
    const summarised = summary(readInto(held, entry));
    if (entry.seq > 1 && random.once(2)) {
      held.doc.clientID = log.unsentClaim.clientId;
      editOnce(held.doc, random);
    }
    return summarised;
  });
  return { held, summaries };
}

/** Begins at the last snapshot that was let in. Undefined: it does not convince. */
function readFromSnapshot(
  log: HostileLog,
): { held: HeldLog; isTrue: boolean; from: number; summaries: string[] } | undefined {
  const index = log.readings.findLastIndex((reading) => reading.type === 'snapshot');
  const [snapshot, reading] = [log.entries[index], log.readings[index]];
  if (!snapshot || reading?.type !== 'snapshot') return undefined;
  const controls = log.entries.filter(({ seq }, i) => seq < snapshot.seq && isControlEntry(log, i));
  const held = new HeldLog(log.options, emptyLog);
  const started = held.startFrom({ controls, thinned: [], snapshot });
  const from = reading.cover.seq;
  const honest = snapshotOf(log.options, log.reader.kept, reading.stream, from);
  const isTrue =
    honest.ok && equalBytes(honest.value.plain, reading.plain) && honest.value.cover.hash === reading.cover.hash;
  if (!started.ok) {
    if (isTrue) throw new Error(`an honest snapshot does not convince: ${started.reason} ${started.detail}`);
    return undefined;
  }
  return { held, isTrue, from, summaries: log.entries.slice(from).map((entry) => summary(readInto(held, entry))) };
}

/** A relay sends those whose header says so, void or not. */
function isControlEntry(log: HostileLog, index: number): boolean {
  const reading = log.readings[index];
  const kind = reading?.type === 'void' ? reading.kind : reading?.type;
  return kind === 'epoch' || kind === 'notice';
}

function reloaded(state: Uint8Array): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  return Y.encodeStateAsUpdate(doc);
}

const stateOf = (held: HeldLog): Uint8Array => Y.encodeStateAsUpdate(held.doc);

function tryLog(index: number): void {
  const random = new FuzzRandom(fuzzSeed * 1_000_003 + index);
  const log = new HostileLog(random);
  while (log.entries.length < RECORDS) log.grow();
  const summaries = log.readings.map(summary);
  const replayed = new HeldLog(log.options, { ...emptyLog, ...log.reader.kept });
  expect(replayed.damage).toBeNull();
  expect(equalBytes(stateOf(replayed), stateOf(log.reader)), 'a restart changes nothing').toBe(true);

  const editing = readWithUnsentEdits(log, random);
  expect(editing.summaries).toEqual(summaries);
  const unsent = Y.encodeStateAsUpdate(editing.held.doc, Y.encodeStateVector(log.reader.doc));
  log.appendUnsent(unsent);
  const last = log.entries.at(-1);
  const final = log.readings.at(-1);
  expect(final, JSON.stringify(final)).toMatchObject({ type: 'update' });
  if (last) expect(summary(readInto(editing.held, last))).toBe('update');
  expect(Y.encodeStateVector(editing.held.doc)).toEqual(Y.encodeStateVector(log.reader.doc));
  // What was edited before it was sent may lie in other pieces in memory, until the document is loaded anew.
  expect(equalBytes(reloaded(stateOf(editing.held)), reloaded(stateOf(log.reader))), 'the same state').toBe(true);

  const late = readFromSnapshot(log);
  // A false one may lead astray until somebody objects, but no further than that.
  if (!late?.isTrue) return;
  expect(late.summaries).toEqual(log.readings.slice(late.from).map(summary));
  const { seq } = log.reader.reader.position;
  const [own, others] = [late.held, log.reader].map((held) => snapshotOf(log.options, held.kept, CONTENT, seq));
  expect(own?.ok && others?.ok && equalBytes(own.value.plain, others.value.plain), 'the same next snapshot').toBe(true);
}

describe('inbox', () => {
  const timeout = 60_000 + LOGS * MS_PER_LOG;
  it(`inbox: all readers of ${LOGS} hostile logs agree (seed ${fuzzSeed})`, { timeout }, async () => {
    for (let index = onlyLog ? Number(onlyLog) : 0; index < (onlyLog ? Number(onlyLog) + 1 : LOGS); index++) {
      try {
        tryLog(index);
      } catch (error) {
        const again = `SEALROOM_FUZZ_SEED=${fuzzSeed} SEALROOM_FUZZ_LOG=${index} npm run fuzz -- -t inbox`;
        throw new Error(`log ${index}; again: ${again}\n${error instanceof Error ? error.stack : error}`);
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
  });

  it('inbox: who begins at a snapshot is not fooled by forged control records, now or after a restart [CH3]', () => {
    const log = new HostileLog(new FuzzRandom(1));
    const stranger = log.appendForgedVisitor();
    while (log.readings.at(-1)?.type !== 'snapshot') log.growHonestly();
    const late = readFromSnapshot(log);
    if (!late) throw new Error('the snapshot does not convince');
    const restarted = new HeldLog(log.options, { ...emptyLog, ...late.held.kept });
    expect(restarted.damage).toBeNull();
    for (const held of [log.reader, late.held, restarted])
      expect(held.reader.access?.principalOfDevice.has(stranger)).toBe(false);
  });
});
