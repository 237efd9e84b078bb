/** The small part of a WebSocket that the relay uses, so that a simulation can hand in another one. `ws` fits it. */
export interface PeerSocket {
  /** Bytes handed to `send` that have not left. */
  readonly bufferedAmount: number;
  /** `fin`: the last piece of its message. `onSent` is called when the piece has left, or with why it will not. */
  send(
    piece: Uint8Array,
    options: { readonly binary: boolean; readonly fin: boolean },
    onSent: (error?: Error | null) => void,
  ): void;
  /** Asks the other side to close, after what was sent. `close` follows. */
  close(): void;
  /** Gives the connection up at once. `close` follows. */
  terminate(): void;
  ping(): void;
  /** No `message` comes until `resume`. */
  pause(): void;
  resume(): void;
  on(event: 'message', listener: (data: unknown, isBinary: boolean) => void): unknown;
  on(event: 'pong' | 'close' | 'error', listener: () => void): unknown;
}
