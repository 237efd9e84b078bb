/** What the relay counts. Counts, sizes, durations and reason codes only: never a room, a device or an address. */
export type Counter = { readonly add: (amount: number) => void };
/** One counter for each label; labels come from a fixed list. */
export type CounterByLabel = { readonly add: (label: string, amount: number) => void };
export type Gauge = { readonly add: (amount: number) => void };
export type Histogram = { readonly observe: (value: number) => void };

export type RelayMetrics = {
  /** Sockets that are connected. */
  readonly sockets: Gauge;
  /** Rooms that some socket has open. */
  readonly openRooms: Gauge;
  readonly bytesReceived: Counter;
  readonly bytesSent: Counter;
  /** Records that have been committed. */
  readonly appended: Counter;
  /** Entries and acknowledgements that were put into sockets' queues, live or from the log. */
  readonly delivered: Counter;
  /** Signals that were passed on, once for each receiver. */
  readonly signalled: Counter;
  readonly signalsDropped: Counter;
  /** By reason. */
  readonly refused: CounterByLabel;
  /** By reason. */
  readonly ended: CounterByLabel;
  /** Seconds from handing records to the store until they are on disk. */
  readonly commitSeconds: Histogram;
  /** Seconds a record waits for its signatures to be checked. */
  readonly verifySeconds: Histogram;
};

const ignore = () => undefined;
export const noMetrics: RelayMetrics = {
  sockets: { add: ignore },
  openRooms: { add: ignore },
  bytesReceived: { add: ignore },
  bytesSent: { add: ignore },
  appended: { add: ignore },
  delivered: { add: ignore },
  signalled: { add: ignore },
  signalsDropped: { add: ignore },
  refused: { add: ignore },
  ended: { add: ignore },
  commitSeconds: { observe: ignore },
  verifySeconds: { observe: ignore },
};

/** The part of pino that the relay uses. */
export type Log = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};
