/** What people were promised about their edits: each that reached an engine must be found at the end. */
import * as Y from 'yjs';
import { decodeYjsUpdate } from '../../../src/engine/rooms/yjs-update.ts';
import { hold, type Invariant } from './invariants.ts';

type Range = { readonly client: number; readonly clock: number; readonly len: number };
type Edit = { readonly structs: readonly Range[]; readonly deletes: readonly Range[] };

function editOf(update: Uint8Array): Edit {
  const decoded = decodeYjsUpdate(update, Infinity);
  if (!decoded.ok) throw new Error(`a tab made an update that nobody reads: ${decoded.detail}`);
  const { structsByClient, deletes } = decoded.value;
  return {
    structs: [...structsByClient].flatMap(([client, structs]) =>
      structs.map(({ id, length }) => ({ client, clock: id.clock, len: length })),
    ),
    deletes: [...deletes].flatMap(([client, ranges]) => ranges.map(({ clock, len }) => ({ client, clock, len }))),
  };
}

/** Of one device in one room. */
export class Promises {
  /** Reached the engine; nothing was said about them yet. */
  #open: Edit[] = [];
  /** The person reads that they are on this device. */
  #onDevice: Edit[] = [];
  /** The person read that they are on this device, and the engine died. */
  #throughDeath: Edit[] = [];
  /** The person reads that they are at the relay. */
  #atRelay: Edit[] = [];

  reached(update: Uint8Array): void {
    const edit = editOf(update);
    if (edit.structs.length + edit.deletes.length > 0) this.#open.push(edit);
  }
  saved(at: 'device' | 'relay'): void {
    this.#onDevice.push(...this.#open);
    this.#open = [];
    if (at === 'device') return;
    this.#atRelay.push(...this.#onDevice);
    this.#onDevice = [];
  }
  /** The engine died: what nobody was promised may be gone. Returns how many that are. */
  died(): number {
    const lost = this.#open.length;
    this.#open = [];
    this.#throughDeath.push(...this.#onDevice);
    this.#onDevice = [];
    return lost;
  }
  /** The room was removed from this device: of what waited there nothing is promised any more. */
  forgotten(): void {
    this.#onDevice = [];
    this.#throughDeath = [];
  }
  /**
   * The device had started from a snapshot that was withdrawn. What was written on top of it may not fit the log; the person
   * has it as text.
   */
  rescued(): void {
    this.#open = [];
    this.#onDevice = [];
    this.#throughDeath = [];
    this.#atRelay = [];
  }
  /** Rights were taken away before what waited here got through: the person has it as text. */
  refused(): void {
    this.#open = [];
    this.#onDevice = [];
    this.#throughDeath = [];
  }
  get isEmpty(): boolean {
    return this.#open.length + this.#onDevice.length + this.#atRelay.length === 0;
  }

  /**
   * `whole`: what the log comes to. `own`: where what was not sent is to be found. `isSettled`: nobody took rights of the device away.
   * @throws InvariantBroken
   */
  checkAgainst(whole: Y.Doc, own: Y.Doc, who: string, isSettled: boolean): void {
    check('acknowledged-survives', this.#atRelay, whole, who);
    // What the relay never had ends with the right to send it.
    if (isSettled) check('nothing-typed-is-lost', [...this.#throughDeath, ...this.#onDevice, ...this.#open], own, who);
  }
}

function check(invariant: Invariant, edits: readonly Edit[], doc: Y.Doc, who: string): void {
  const { sv: clocks, ds: deleted } = Y.snapshot(doc);
  for (const { structs, deletes } of edits) {
    for (const { client, clock, len } of structs)
      hold(
        invariant,
        (clocks.get(client) ?? 0) >= clock + len,
        () => `${who}: an edit of client ${client} at ${clock}`,
      );
    for (const { client, clock, len } of deletes) {
      const ranges = deleted.clients.get(client) ?? [];
      for (let at = clock; at < clock + len; at++)
        hold(
          invariant,
          ranges.some((range) => at >= range.clock && at < range.clock + range.len),
          () => `${who}: a deletion of client ${client} at ${at}`,
        );
    }
  }
}
