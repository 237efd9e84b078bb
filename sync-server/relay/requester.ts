import type { Blake2b256 } from '../../src/wire/chain.ts';
import type { RoomLogs } from '../log/room-logs.ts';
import type { Store } from '../store/store.ts';
import type { RelayLimits } from './limits.ts';
import type { RelayMetrics } from './metrics.ts';
import type { Peer, Subscription } from './peer.ts';
import type { Rooms } from './rooms.ts';
import type { Verifier } from './verifier.ts';

/** The socket whose requests are handled. */
export interface Requester extends Peer {
  /** The socket is closing: nothing may be opened on it. */
  readonly ended: boolean;
  /** By channel. */
  readonly subscriptions: Map<number, Subscription>;
  /** Takes one signal of the rate that is allowed. */
  takeSignal(): boolean;
  /** `bytes` more of this socket's backlog are on their way to disk; `settled` follows. */
  placed(bytes: number): void;
}

/** What handling a request needs of the relay. */
export type RequestContext = {
  readonly hash: Blake2b256;
  readonly logs: RoomLogs;
  readonly store: Pick<Store, 'get' | 'getMany' | 'commit'>;
  readonly rooms: Rooms;
  readonly verifier: Verifier;
  readonly limits: RelayLimits;
  readonly metrics: RelayMetrics;
  /** Milliseconds since 1970. */
  readonly date: () => number;
};
