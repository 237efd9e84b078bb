/**
 * What this device alone has noticed of a room: what was refused, and alarms. And when it learned of control records, most of which
 * bear no date. The vault keeps all of it.
 *
 * Invariants: the same again counts up; at most `MAX_OBSERVATIONS`, refusals go before alarms and the oldest first; what was read once
 * is not counted when the log is read anew; an alarm stays until the person has said that it was read.
 */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { type DeviceId, deviceId, ID_BYTES, idBytes, ZERO_BYTES } from '../../wire/ids.ts';
import { KINDS, type Kind } from '../../wire/record.ts';
import { type Reason, reasonCode, reasonFromCode } from '../../wire/refusals.ts';
import { GRAVE_ALARMS, type GraveAlarm, type RoomAlarm } from './api.ts';

export const MAX_OBSERVATIONS = 64;
/** Moments of learning that are kept apart. */
export const MAX_MOMENTS = 500;

const VERSION = 1;
const ALARMS = [...GRAVE_ALARMS, 'disputed'] as const;

export type Notable =
  | { readonly type: 'refused'; readonly kind: Kind | null; readonly reason: Reason; readonly device: DeviceId | null }
  | { readonly type: 'alarm'; readonly alarm: GraveAlarm | 'disputed'; readonly device: DeviceId | null };
export type Observation = Notable & {
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Of the last one. */
  readonly seq: number;
  /** The person has said that it was read. */
  readonly isRead: boolean;
};
/** Everything up to this position was known at this time. */
type Moment = { readonly seq: number; readonly at: number };

export type Observed = {
  readonly observations: readonly Observation[];
  readonly moments: readonly Moment[];
  /** Of positions up to here it is forgotten when they were learned. */
  readonly floor: number;
};
export const NOTHING_OBSERVED: Observed = { observations: [], moments: [], floor: 0 };

export type ObservationParts = {
  readonly now: () => number;
  readonly write: (observed: Observed) => void;
};

export class Observations {
  readonly #parts: ObservationParts;
  #observed: Observed;
  /** Changes since this room was opened. */
  #changes = 0;

  constructor(parts: ObservationParts, stored: Observed) {
    this.#parts = parts;
    this.#observed = stored;
  }

  get all(): readonly Observation[] {
    return this.#observed.observations;
  }
  get changes(): number {
    return this.#changes;
  }

  /** Everything that was not read yet, as alarms. */
  get unread(): readonly RoomAlarm[] {
    return this.all.flatMap((known) => (known.isRead ? [] : [known.type === 'alarm' ? known.alarm : 'bad-record']));
  }

  /** `seq`: where in the log. False: it was noticed when the log was read before. */
  notice(what: Notable, seq: number): boolean {
    const at = this.#parts.now();
    const before = this.all.find((known) => isSame(known, what));
    if (before && standsInLog(what) && seq <= before.seq) return false;
    const { count, firstAt } = before ?? { count: 0, firstAt: at };
    const news: Observation = { ...what, count: count + 1, firstAt, lastAt: at, seq, isRead: false };
    const others = this.all.filter((known) => known !== before);
    this.#save({ ...this.#observed, observations: bounded([...others, news]) });
    return true;
  }

  /** The log was read up to here. */
  learned(seq: number): void {
    const { moments, floor } = this.#observed;
    const last = moments.at(-1)?.seq ?? floor;
    if (seq <= last) return;
    const all = [...moments, { seq, at: this.#parts.now() }];
    const [first] = all;
    this.#save(
      all.length > MAX_MOMENTS
        ? { ...this.#observed, moments: all.slice(1), floor: first?.seq ?? floor }
        : { ...this.#observed, moments: all },
    );
  }

  /** Milliseconds since 1970; null: not known. */
  learnedAt(seq: number): number | null {
    const { moments, floor } = this.#observed;
    return seq > floor ? (moments.find((moment) => moment.seq >= seq)?.at ?? null) : null;
  }

  acknowledge(): void {
    this.#save({ ...this.#observed, observations: this.all.map((known) => ({ ...known, isRead: true })) });
  }

  #save(observed: Observed): void {
    this.#observed = observed;
    this.#changes++;
    this.#parts.write(observed);
  }
}

const standsInLog = (what: Notable): boolean => what.type === 'refused' || what.alarm === 'disputed';

function isSame(a: Notable, b: Notable): boolean {
  if (a.type === 'refused')
    return b.type === 'refused' && a.kind === b.kind && a.reason === b.reason && a.device === b.device;
  return b.type === 'alarm' && a.alarm === b.alarm && a.device === b.device;
}

function bounded(observations: readonly Observation[]): readonly Observation[] {
  if (observations.length <= MAX_OBSERVATIONS) return observations;
  const goes = Math.max(
    0,
    observations.findIndex(({ type }) => type === 'refused'),
  );
  return observations.filter((_, index) => index !== goes);
}

export function encodeObserved({ observations, moments, floor }: Observed): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u64(floor).u16(moments.length);
  for (const { seq, at } of moments) out.u64(seq).u64(at);
  out.u16(observations.length);
  for (const observation of observations) {
    const { device, count, firstAt, lastAt, seq, isRead } = observation;
    if (observation.type === 'alarm') out.u8(1).u8(ALARMS.indexOf(observation.alarm));
    else out.u8(0).u8(observation.kind === null ? 0 : KINDS.indexOf(observation.kind) + 1);
    out.u8(observation.type === 'refused' ? reasonCode(observation.reason) : 0);
    out.raw(device === null ? ZERO_BYTES : idBytes(device)).u32(count);
    out
      .u64(firstAt)
      .u64(lastAt)
      .u64(seq)
      .u8(isRead ? 1 : 0);
  }
  return out.bytes();
}

/** @throws WireError */
export function decodeObserved(bytes: Uint8Array): Observed {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION) throw new WireError('unknown-version', 'observations');
  const floor = reader.u64();
  const moments = Array.from({ length: reader.u16() }, () => ({ seq: reader.u64(), at: reader.u64() }));
  const observations = Array.from({ length: reader.u16() }, () => readObservation(reader));
  reader.end();
  return { observations, moments, floor };
}

function readObservation(reader: ByteReader): Observation {
  const [type, code, reason] = [reader.u8(), reader.u8(), reasonFromCode(reader.u8())];
  const key = reader.raw(ID_BYTES);
  const device = key.every((byte) => byte === 0) ? null : deviceId(key);
  const count = reader.u32();
  const times = { firstAt: reader.u64(), lastAt: reader.u64(), seq: reader.u64(), isRead: reader.u8() === 1 };
  if (type === 0) return { type: 'refused', kind: KINDS[code - 1] ?? null, reason, device, count, ...times };
  const alarm = ALARMS[code];
  if (type !== 1 || !alarm) throw new WireError('malformed', 'observation');
  return { type: 'alarm', alarm, device, count, ...times };
}
