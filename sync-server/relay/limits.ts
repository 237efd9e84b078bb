/** The relay's own bounds. Those that both ends keep are in src/wire/limits.ts. Sizes in bytes, times in milliseconds. */
import { HELLO_TIMEOUT_MS, MAX_ROOMS_PER_SOCKET } from '../../src/wire/limits.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

export type RelayLimits = {
  readonly maxSockets: number;
  readonly maxRoomsPerSocket: number;
  /** Rooms in memory. Beyond it only those stay that somebody uses. */
  readonly maxRoomsInMemory: number;
  readonly helloTimeoutMs: number;
  /** How often a silent socket is pinged; it is cut off when it has not answered by the next time. */
  readonly keepaliveMs: number;
  /** A socket that takes nothing for so long is cut off; it resumes from its position. */
  readonly slowReaderTimeoutMs: number;
  /** Between telling a device that a room is closed to it, and closing its socket. */
  readonly removedCloseMs: number;
  /** For the last frames of a socket to leave. */
  readonly endGraceMs: number;
  /** How long changes of a dormant room's head are collected. */
  readonly headFrameDelayMs: number;
  /** Requests (appended records, rooms opened, pages, prekeys) a second per socket; more are read later, not refused. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  readonly bytesPerSecond: number;
  readonly byteBurst: number;
  /** More are dropped. */
  readonly signalsPerSecond: number;
  readonly signalBurst: number;
  /** Received and not yet on disk, per socket: beyond it the socket is not read. */
  readonly backlogBytes: number;
  /** The same over all sockets. */
  readonly totalBacklogBytes: number;
  /** Waiting to be sent to one socket: beyond it nothing is pushed, the socket pulls from the log. */
  readonly outgoingBytes: number;
};

export const DEFAULT_RELAY_LIMITS: RelayLimits = {
  maxSockets: 50_000,
  maxRoomsPerSocket: MAX_ROOMS_PER_SOCKET,
  maxRoomsInMemory: 10_000,
  helloTimeoutMs: HELLO_TIMEOUT_MS,
  keepaliveMs: 30_000,
  slowReaderTimeoutMs: 30_000,
  removedCloseMs: 500,
  endGraceMs: 2_000,
  headFrameDelayMs: 250,
  requestsPerSecond: 500,
  requestBurst: 2_000,
  bytesPerSecond: 8 * MIB,
  byteBurst: 32 * MIB,
  signalsPerSecond: 100,
  signalBurst: 200,
  backlogBytes: 16 * MIB,
  totalBacklogBytes: 512 * MIB,
  outgoingBytes: 256 * KIB,
};

/** How often sockets are looked at for time-outs. */
export const SWEEP_MS = 1_000;
/** How often rooms are looked at for links that have expired [LI4]: whoever came by one is in for so much longer at most. */
export const LINK_SWEEP_MS = 2_000;
/** Frames of one turn are sent together up to this size. */
export const MAX_BATCH_BYTES = 64 * KIB;
/** Larger messages go in pieces, so that a slow socket's progress shows. */
export const MAX_FRAGMENT_BYTES = 64 * KIB;
/** What is read from the log at a time for a socket that catches up. */
export const PULL_BYTES = 128 * KIB;
export const PULL_RECORDS = 256;
/** Records of one answer to `page`. */
export const PAGE_BYTES = 1 * MIB;
/** Prekeys that may be asked for at the cost of one request: each is a read from disk. */
export const PREKEYS_PER_REQUEST = 8;
/** Records that go to the store as one append. */
export const MAX_APPEND_BYTES = 8 * MIB;
/** What a waiting frame costs besides its bytes. */
export const FRAME_OVERHEAD_BYTES = 256;
/** Streams with records in one room. */
export const MAX_STREAMS_PER_ROOM = 4_096;
