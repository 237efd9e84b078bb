/** The part of WebSocket that the provider of y-websocket 3.1 touches. Where its frames go is its owner's affair. */

/** Close codes as y-websocket reads them: 4400 to 4499 end a provider for good, after all others it connects again. */
export const CLOSE_GONE = 1006;
/** The document was built anew: attach again, with a fresh Y.Doc. */
export const CLOSE_REBUILD = 4400;
/** Detached, or a newer build of the app has taken over. */
export const CLOSE_RETIRED = 4401;
export const CLOSE_TRY_LATER = 4500;

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

export type SocketOwner = {
  send(frame: Uint8Array): void;
  /** Called once, whoever closed it. */
  closed(socket: VirtualSocket): void;
};

export class VirtualSocket {
  static readonly CONNECTING = CONNECTING;
  static readonly OPEN = OPEN;
  static readonly CLOSING = CLOSING;
  static readonly CLOSED = CLOSED;
  // y-websocket compares `ws.readyState` with `ws.OPEN`.
  readonly CONNECTING = CONNECTING;
  readonly OPEN = OPEN;
  readonly CLOSING = CLOSING;
  readonly CLOSED = CLOSED;

  readonly url: string;
  binaryType = 'arraybuffer';
  readyState: number = CONNECTING;
  onopen: ((event: object) => void) | null = null;
  onmessage: ((event: { readonly data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly #owner: SocketOwner;

  constructor(url: string, owner: SocketOwner) {
    this.url = url;
    this.#owner = owner;
  }

  send(frame: Uint8Array): void {
    if (this.readyState === OPEN) this.#owner.send(frame);
  }

  close(code = 1000, reason = ''): void {
    this.end(code, reason);
  }

  get isOpen(): boolean {
    return this.readyState === OPEN;
  }

  // From here on: for the owner. Must be called asynchronously after construction.

  open(): void {
    if (this.readyState !== CONNECTING) return;
    this.readyState = OPEN;
    this.onopen?.({});
  }

  receive(data: ArrayBuffer): void {
    if (this.readyState === OPEN) this.onmessage?.({ data });
  }

  end(code: number, reason = ''): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    this.#owner.closed(this);
    queueMicrotask(() => this.onclose?.({ code, reason }));
  }
}
