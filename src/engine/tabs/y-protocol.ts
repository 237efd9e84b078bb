/** The frames that y-websocket's provider speaks (y-protocols): what a tab sends to the engine and hears from it. */
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { AwarenessEntry } from '../rooms/presence.ts';

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;
const STEP_1 = 0;
const STEP_2 = 1;
const UPDATE = 2;
const MAX_ENTRIES = 1_000;

export type TabFrame =
  /** The tab's state vector; it wants what it lacks. */
  | { readonly type: 'step-1'; readonly stateVector: Uint8Array }
  | { readonly type: 'update'; readonly update: Uint8Array }
  | { readonly type: 'awareness'; readonly entries: readonly AwarenessEntry[] }
  | { readonly type: 'query-awareness' }
  | { readonly type: 'unknown' };

/** Never throws: what cannot be read is `unknown`. */
export function decodeTabFrame(frame: Uint8Array): TabFrame {
  try {
    return readTabFrame(decoding.createDecoder(frame));
  } catch {
    return { type: 'unknown' };
  }
}

function readTabFrame(decoder: decoding.Decoder): TabFrame {
  const type = decoding.readVarUint(decoder);
  if (type === QUERY_AWARENESS) return { type: 'query-awareness' };
  if (type === AWARENESS) return { type: 'awareness', entries: readAwareness(decoding.readVarUint8Array(decoder)) };
  if (type !== SYNC) return { type: 'unknown' };
  const step = decoding.readVarUint(decoder);
  const body = decoding.readVarUint8Array(decoder);
  if (step === STEP_1) return { type: 'step-1', stateVector: body };
  return step === STEP_2 || step === UPDATE ? { type: 'update', update: body } : { type: 'unknown' };
}

function readAwareness(bytes: Uint8Array): AwarenessEntry[] {
  const decoder = decoding.createDecoder(bytes);
  const count = decoding.readVarUint(decoder);
  if (count > MAX_ENTRIES) throw new Error('too many awareness entries');
  return Array.from({ length: count }, () => ({
    client: decoding.readVarUint(decoder),
    clock: decoding.readVarUint(decoder),
    state: decoding.readVarString(decoder),
  }));
}

const syncFrame = (step: number, body: Uint8Array): Uint8Array =>
  encoding.encode((out) => {
    encoding.writeVarUint(out, SYNC);
    encoding.writeVarUint(out, step);
    encoding.writeVarUint8Array(out, body);
  });

export const step1Frame = (stateVector: Uint8Array): Uint8Array => syncFrame(STEP_1, stateVector);
export const step2Frame = (update: Uint8Array): Uint8Array => syncFrame(STEP_2, update);
export const updateFrame = (update: Uint8Array): Uint8Array => syncFrame(UPDATE, update);

export function awarenessFrame(entries: readonly AwarenessEntry[]): Uint8Array {
  const body = encoding.encode((out) => {
    encoding.writeVarUint(out, entries.length);
    for (const { client, clock, state } of entries) {
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, clock);
      encoding.writeVarString(out, state);
    }
  });
  return encoding.encode((out) => {
    encoding.writeVarUint(out, AWARENESS);
    encoding.writeVarUint8Array(out, body);
  });
}
