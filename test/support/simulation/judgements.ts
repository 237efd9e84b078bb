/**
 * Listens in on every LogReader of the process, in engines and scratch replays alike: what one of them found a record to
 * mean, every other must find at the same place of the same log.
 *
 * A reader that started from a false snapshot is no witness, nor is one that started from a snapshot which such a reader made.
 * Where members are hostile, readings of those who started from a snapshot are therefore compared when it is known whether it
 * was true.
 */
import { LogReader, type Reading } from '../../../src/engine/rooms/log-reader.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import type { Hash } from '../../../src/wire/ids.ts';
import { hold } from './invariants.ts';

type Finding = { readonly place: string; readonly found: string };

export class Judgements {
  readonly #byPlace = new Map<string, string>();
  readonly #waiting = new Map<Hash, Finding[]>();
  readonly #forbidden = new Map<Hash, string>();
  readonly counts = new Map<string, number>();
  /** Members may make false snapshots. */
  readonly areHostile: boolean;

  constructor(areHostile: boolean) {
    this.areHostile = areHostile;
  }

  /** This record breaks a rule and must never count. */
  forbid(record: Hash, what: string): void {
    this.#forbidden.set(record, what);
  }

  /**
   * `place`: the chain's hash after the record, which stands for the whole log up to there. `base`: the snapshot that the
   * reader started from, if any.
   */
  add(place: string, base: Hash | undefined, reading: Reading, record: Uint8Array): void {
    if (this.#forbidden.size > 0 && reading.type !== 'void') {
      const forbidden = this.#forbidden.get(recordHash(blake2b, record));
      hold('forgery-never-counts', forbidden === undefined, () => `read as ${reading.type}: ${forbidden}`);
    }
    const found = reading.type === 'void' ? `void (${reading.reason})` : reading.type;
    if (!base || !this.areHostile) return this.#compare({ place, found });
    const waiting = this.#waiting.get(base) ?? [];
    this.#waiting.set(base, waiting);
    waiting.push({ place, found });
  }

  /** To be called when the whole log was read. `isTrue`: of a snapshot's record. @throws InvariantBroken */
  settle(isTrue: (snapshot: Hash) => boolean): void {
    for (const [base, findings] of this.#waiting)
      if (isTrue(base)) for (const finding of findings) this.#compare(finding);
    this.#waiting.clear();
  }

  #compare({ place, found }: Finding): void {
    const before = this.#byPlace.get(place);
    if (before === undefined) {
      this.#byPlace.set(place, found);
      this.counts.set(found, (this.counts.get(found) ?? 0) + 1);
    }
    hold('all-judge-alike', before === undefined || before === found, () => `${found}, elsewhere ${before}`);
  }
}

let listener: { readonly judgements: Judgements; readonly broke: (error: unknown) => void } | null = null;
let isListening = false;
const bases = new WeakMap<LogReader, Hash>();
/** Readings on the way to a start that hides records. What does not convince was no log, and nobody judges it alike. */
let trial: (() => void)[] | null = null;

/** From now on readings go to these, until the next call. */
export function listenTo(judgements: Judgements, broke: (error: unknown) => void): void {
  listener = { judgements, broke };
  if (isListening) return;
  isListening = true;
  const { startFrom } = LogReader;
  LogReader.startFrom = (options, start, trusted) => {
    const heard: (() => void)[] = [];
    trial = start.thinned.length > 0 ? heard : null;
    const started = startFrom(options, start, trusted);
    trial = null;
    if (started.ok) for (const tell of heard) tell();
    if (started.ok) bases.set(started.value.reader, recordHash(blake2b, start.snapshot.record));
    return started;
  };
  const read = LogReader.prototype.read;
  LogReader.prototype.read = function (this: LogReader, entry, trusted) {
    const reading = read.call(this, entry, trusted);
    // A reader without the room's key (a stranger), or that has missed something, says nothing about the log.
    if (this.missed || (reading.type === 'void' && reading.reason === 'cannot-open')) return reading;
    const place = `${this.position.seq} ${this.position.hash}`;
    const tell = (): void => {
      try {
        listener?.judgements.add(place, bases.get(this), reading, entry.record);
      } catch (error) {
        listener?.broke(error);
      }
    };
    if (trial) trial.push(tell);
    else tell();
    return reading;
  };
}
