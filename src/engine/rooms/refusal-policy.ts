/** What a room does when the relay refuses it or its record. */
import type { Reason } from '../../wire/refusals.ts';

export type Reaction =
  /** The record is surely not in the log: seal it again after a while. */
  | { readonly type: 'retry'; readonly afterMs: number }
  /** Open the room again after a while. A record that was on its way may be in the log or not. */
  | { readonly type: 'reopen'; readonly afterMs: number }
  /** The room exists already: our own first record is in it. */
  | { readonly type: 'published' }
  /** The room cannot be used. */
  | { readonly type: 'fail' }
  /** The record will never be taken. */
  | { readonly type: 'give-up' };

const SOON_MS = 50;
const LATER_MS = 1_000;

/** `isRecord`: a record was refused, not the room. `isNew`: the relay has not acknowledged the room yet. */
export function reaction(reason: Reason, isRecord: boolean, isNew: boolean): Reaction {
  switch (reason) {
    // Somebody was faster: what came first arrives in a moment, then the record is sealed anew.
    case 'stale-epoch':
    case 'stale-head':
    case 'unknown-head':
    case 'epoch-conflict':
    case 'rights-changing':
    case 'replayed-counter':
      return { type: 'retry', afterMs: SOON_MS };
    case 'rate-limited':
    case 'overloaded':
      return isRecord ? { type: 'retry', afterMs: LATER_MS } : { type: 'reopen', afterMs: LATER_MS };
    case 'storage-failed':
    case 'too-many-rooms':
    case 'not-open':
    case 'replaced':
    case 'shutting-down':
      return { type: 'reopen', afterMs: LATER_MS };
    case 'room-exists':
      return isNew ? { type: 'published' } : { type: 'fail' };
    default:
      return isRecord ? { type: 'give-up' } : { type: 'fail' };
  }
}
