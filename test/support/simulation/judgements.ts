/**
 * Listens in on every LogReader of the process, in engines and scratch replays alike: what one of them found a record to
 * mean, every other must find at the same place of the same log.
 */
import { LogReader, type Reading } from '../../../src/engine/rooms/log-reader.ts';
import { hold } from './invariants.ts';

export class Judgements {
  readonly #byPlace = new Map<string, string>();
  readonly counts = new Map<string, number>();

  /** `place`: the chain's hash after the record, which stands for the whole log up to there. */
  add(place: string, reading: Reading): void {
    const found = reading.type === 'void' ? `void (${reading.reason})` : reading.type;
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

/** From now on readings go to these, until the next call. */
export function listenTo(judgements: Judgements, broke: (error: unknown) => void): void {
  listener = { judgements, broke };
  if (isListening) return;
  isListening = true;
  const read = LogReader.prototype.read;
  LogReader.prototype.read = function (this: LogReader, entry, trusted) {
    const reading = read.call(this, entry, trusted);
    // A reader without the room's key (a stranger) says nothing about the log.
    if (!(reading.type === 'void' && reading.reason === 'cannot-open'))
      try {
        listener?.judgements.add(`${this.position.seq} ${this.position.hash}`, reading);
      } catch (error) {
        listener?.broke(error);
      }
    return reading;
  };
}
