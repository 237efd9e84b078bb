/** What the bench asks of its client processes, and what they answer. */
import type { WriteMode } from './relay-member.ts';
import type { Dialect } from './yjs-member.ts';

export type Peer = Dialect | 'sealroom';

export type Orders = {
  /** Connects `rooms` rooms of `members` each, of whom the first `writers` write. */
  readonly join: {
    readonly url: string;
    readonly peer: Peer;
    readonly rooms: number;
    readonly members: number;
    readonly writers: number;
    readonly prefix: string;
  };
  /** `inFlight` edits of each writer at all times, or `perSecond` edits of each. */
  readonly write: { readonly mode: WriteMode; readonly inFlight: number } | { readonly perSecond: number };
  /** Forgets the latencies, and tells what was done until now. */
  readonly mark: Record<string, never>;
  /** Tells what was done until now and the latencies since the last mark; waits until everything has arrived. */
  readonly stop: Record<string, never>;
  readonly leave: Record<string, never>;
  /** Idle connections: `connections` of them, each in `roomsEach` rooms of `members`. */
  readonly idle: {
    readonly url: string;
    readonly peer: Peer;
    readonly connections: number;
    readonly roomsEach: number;
    readonly members: number;
    readonly prefix: string;
  };
};

export type Answers = {
  readonly join: null;
  readonly write: null;
  readonly mark: Count;
  readonly stop: { readonly count: Count; readonly latencies: readonly number[]; readonly missing: number };
  readonly leave: null;
  readonly idle: { readonly rooms: number };
};

/** `taken`: edits that the server has taken, and `deliveries` as many times as others are in the room. */
export type Count = {
  readonly taken: number;
  readonly deliveries: number;
  readonly messages: number;
  readonly edits: number;
};

export type Order = keyof Orders;
export type OrderMessage = { readonly id: number; readonly order: Order; readonly details: Orders[Order] };
export type AnswerMessage =
  | { readonly id: number; readonly answer: Answers[Order] }
  | { readonly id: number; readonly error: string };
