/** What the load needs of a client, whichever server it talks to. */

export type MemberEvents = {
  /** The server has taken `edits` of this writer. */
  readonly onTaken: (edits: number) => void;
  /** A figure with refusals in it means nothing. */
  readonly onRefused: (reason: string) => void;
  /** Edits of `writer` up to number `upTo` (counted from 0) have arrived. Told to a room's probe only. */
  readonly onArrived: (writer: Author, upTo: number) => void;
};

/** Whose edits arrive: when each was made. */
export type Author = {
  /** Milliseconds, by the number of the edit. */
  readonly madeAt: number[];
  /** The first edit that the probe has not seen. */
  arrived: number;
};

export interface Member {
  /** Resolves when the client is in its room and may write. */
  join(): Promise<void>;
  /** Makes the next edit. Not every edit leaves at once: that is the client's business. */
  write(): void;
  /** Edits made and not yet taken. */
  readonly inFlight: number;
  /** Messages of the protocol that carried edits, and the edits that they carried. */
  readonly sent: number;
  readonly sentEdits: number;
  close(): void;
}
