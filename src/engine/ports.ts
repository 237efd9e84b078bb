/** What the engine needs from where it runs. Handed in, so that the same engine runs in a worker, in Node and in a simulation. */

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls once after `ms` milliseconds, unless cancelled. */
  after(ms: number, run: () => void): Cancel;
}

export interface Random {
  bytes(length: number): Uint8Array;
}

/** One message-based connection to the relay. Handlers are called asynchronously, `onClose` exactly once. */
export interface RelaySocket {
  send(message: Uint8Array): void;
  close(): void;
}
export type RelaySocketHandlers = {
  readonly onOpen: () => void;
  readonly onMessage: (message: Uint8Array) => void;
  readonly onClose: () => void;
};
export interface RelayConnector {
  /** Host (with port) of the relay: the device's hello is bound to it. */
  readonly host: string;
  connect(handlers: RelaySocketHandlers): RelaySocket;
}

/** `body`: parsed JSON, or undefined where there was none. */
export type HttpAnswer = {
  readonly status: number;
  readonly body: unknown;
  /** What the server says of when to try again. */
  readonly retryAfterSeconds: number | null;
};
/** The service of the same server as the relay. Keeps its cookies. */
export interface Http {
  /** `body`: sent as JSON; null sends none. @throws when no answer came */
  request(method: string, path: string, body: object | null): Promise<HttpAnswer>;
}

/** A change to one box of the vault: written whole or not at all. Bytes are sealed before they get here. */
export type BoxChange = {
  /** Null deletes. */
  readonly values?: Readonly<Record<string, Uint8Array | null>>;
  /** First `drop` items leave the front of the list, then `append` joins its end. */
  readonly lists?: Readonly<Record<string, { readonly drop?: number; readonly append?: readonly Uint8Array[] }>>;
};
export type BoxContents = {
  readonly values: ReadonlyMap<string, Uint8Array>;
  readonly lists: ReadonlyMap<string, readonly Uint8Array[]>;
};

/** Storage of one room, or of the profile. */
export interface Box {
  read(): Promise<BoxContents>;
  /**
   * Applies in call order. Resolves when the change will survive a crash: shown by a later read-write transaction on
   * the same storage. A rejected change is undone, and so are those that were queued behind it: the caller may commit
   * them again. @throws StorageFault
   */
  commit(change: BoxChange): Promise<void>;
  close(): Promise<void>;
}

export interface BoxStore {
  /** Opens or makes a box. @throws StorageFault */
  open(name: string): Promise<Box>;
  remove(name: string): Promise<void>;
}

export type StorageFaultKind = 'denied' | 'full' | 'failed';
export class StorageFault extends Error {
  readonly kind: StorageFaultKind;
  constructor(kind: StorageFaultKind, cause?: unknown) {
    super(`storage ${kind}`, { cause });
    this.name = 'StorageFault';
    this.kind = kind;
  }
}

/** Where a tab's y-websocket frames come in and go out. */
export interface FramePort {
  post(frame: Uint8Array): void;
  /** Set once by the engine. */
  onFrame: ((frame: Uint8Array) => void) | null;
}

/** Structured events for logs: codes and counts, never content, links, names or addresses. */
export type EngineLog = (event: string, details?: Readonly<Record<string, string | number | boolean>>) => void;

/** When a room's log is worth a snapshot, and how long its making and checking wait for a pause. */
export type SnapshotLimits = {
  /** A log shorter than this is read faster than a snapshot is made. Bytes. */
  readonly minLogBytes: number;
  /** The log since the last snapshot may grow to this many times its size. */
  readonly maxGrowth: number;
  /** The last writer waits this long for a pause; the others longer, should it have gone. Milliseconds. */
  readonly lastWriterDelayMs: number;
  readonly othersDelayMs: number;
  /** A check of somebody's snapshot waits this long; up to `checkJitterMs` longer, so that not all object at once. */
  readonly checkDelayMs: number;
  readonly checkJitterMs: number;
};

/** How long keys serve. All in milliseconds. */
export type KeyLives = {
  /** A prekey is replaced when it is older. */
  readonly prekeyMs: number;
  /** The private part of a replaced one lives at least so long on. */
  readonly replacedMs: number;
  /** An epoch that a device has known for longer is renewed before it writes; up to `epochJitterMs` later. */
  readonly epochMs: number;
  readonly epochJitterMs: number;
  /** A device that is left out, or named with a replaced prekey, waits so long before it begins an epoch: others may do it too. */
  readonly leftOutMs: number;
  /** What the relay's directory says of others' prekeys counts for so long. */
  readonly knownMs: number;
  /** How often a device that is online looks at the age of its prekeys. */
  readonly lookEveryMs: number;
};

/** How a password is made expensive to guess. */
export type KeyStretching =
  | 'memory-constrained'
  | {
      readonly 'argon2id-custom': {
        readonly iterations: number;
        /** KiB. */
        readonly memory: number;
        readonly parallelism: number;
      };
    };

export type EnginePorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly relay: RelayConnector;
  readonly http: Http;
  readonly boxes: BoxStore;
  readonly log: EngineLog;
  /** What this device is called among the devices of an account until somebody renames it: `Firefox on Linux`. */
  readonly deviceName: string;
  /** Lower ones than the product's, for tests and simulations. */
  readonly snapshotLimits?: SnapshotLimits;
  /** Shorter ones than the product's, for simulations. */
  readonly keyLives?: KeyLives;
  /** Cheaper than the product's, for tests. */
  readonly keyStretching?: KeyStretching;
};
