/**
 * The tab's end of one attached document, and the stand-in for WebSocket that y-websocket's provider builds on it.
 *
 * Invariants:
 * - There is at most one port and one open socket. The port outlives sockets: the provider drops a socket that was
 *   silent for 30 s (the machine slept), and a new attachment would be given another Yjs client id.
 * - The Y.Doc of this channel is only ever connected under the client id and generation of the first attachment. When
 *   the engine has given it another, the socket closes with `CLOSE_REBUILD`, which ends the provider for good.
 * - Frames that come while no socket is open are dropped. The engine answers a provider's first message (step 1) with all
 *   that it lacks and with the same question, and presence is asked for here, so each socket starts complete.
 */
import type { Attachment, Outcome } from '../../engine/api.ts';
import { DETACHED, ENDED, postFrame, RETIRING, type ToTabDocumentMessage } from './engine-link.ts';
import { CLOSE_GONE, CLOSE_REBUILD, CLOSE_RETIRED, CLOSE_TRY_LATER, VirtualSocket } from './virtual-socket.ts';

/** Between the news that the tab must not write any more and the last message: editors write a moment late. */
const LAST_EDITS_MS = 100;
/** y-websocket's message that asks for everybody's presence. Providers never send it themselves. */
const QUERY_AWARENESS = Uint8Array.of(3);

/** Asks the engine to attach the document to the port. Rejects when there is no engine. */
export type AttachPort = (port: MessagePort) => Promise<Outcome<Attachment>>;

export class DocumentChannel {
  readonly #attachPort: AttachPort;
  readonly #onDetached: () => void;
  #port: MessagePort | null = null;
  #attachment: Attachment | null = null;
  #socket: VirtualSocket | null = null;
  #closed: 'detached' | 'retired' | null = null;

  constructor(attachPort: AttachPort, onDetached: () => void) {
    this.#attachPort = attachPort;
    this.#onDetached = onDetached;
  }

  /** @throws when there is no engine */
  async open(): Promise<Outcome<Attachment>> {
    const { port1, port2 } = new MessageChannel();
    const outcome = await this.#attachPort(port2);
    if (!outcome.ok) {
      port1.close();
      return outcome;
    }
    if (this.#closed !== null) {
      letGo(port1);
      return outcome;
    }
    this.#attachment ??= outcome.value;
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<ToTabDocumentMessage>) => this.#receive(port1, data);
    return outcome;
  }

  /** To be handed to the provider as `WebSocketPolyfill`. */
  socketClass(): new (url: string) => VirtualSocket {
    const channel = this;
    return class Socket extends VirtualSocket {
      constructor(url: string) {
        super(url, {
          send: (frame) => channel.#port !== null && postFrame(channel.#port, frame),
          closed: (socket) => channel.#forget(socket),
        });
        channel.#socket = this;
        void channel.#connect(this);
      }
    };
  }

  detach(): void {
    this.#close('detached', CLOSE_GONE);
  }

  /** The engine's worker died: the port leads nowhere. */
  lose(): void {
    this.#dropPort();
    this.#socket?.end(CLOSE_GONE);
  }

  async #connect(socket: VirtualSocket): Promise<void> {
    if (this.#closed !== null) return socket.end(CLOSE_RETIRED);
    try {
      if (this.#port === null && !(await this.#reattach(socket))) return;
    } catch {
      return socket.end(CLOSE_TRY_LATER);
    }
    // y-websocket assigns its handlers after construction.
    await null;
    if (this.#socket !== socket || this.#port === null) return socket.end(CLOSE_GONE);
    socket.open();
    socket.send(QUERY_AWARENESS);
  }

  async #reattach(socket: VirtualSocket): Promise<boolean> {
    const before = this.#attachment;
    const outcome = await this.open();
    if (!outcome.ok) {
      socket.end(CLOSE_TRY_LATER, outcome.reason);
      return false;
    }
    const { clientId, generation } = outcome.value;
    if (before === null || (before.clientId === clientId && before.generation === generation)) return true;
    this.#close('detached', CLOSE_REBUILD);
    return false;
  }

  #receive(port: MessagePort, data: ToTabDocumentMessage): void {
    if (port !== this.#port) return;
    if (data instanceof ArrayBuffer) this.#socket?.receive(data);
    else if (data === RETIRING) setTimeout(() => this.#close('retired', CLOSE_RETIRED), LAST_EDITS_MS);
    else if (data === ENDED) this.lose();
  }

  #forget(socket: VirtualSocket): void {
    if (this.#socket === socket) this.#socket = null;
  }

  #dropPort(): void {
    if (this.#port !== null) letGo(this.#port);
    this.#port = null;
  }

  #close(why: 'detached' | 'retired', code: number): void {
    if (this.#closed !== null) return;
    this.#closed = why;
    this.#dropPort();
    this.#socket?.end(code);
    this.#onDetached();
  }
}

function letGo(port: MessagePort): void {
  port.postMessage(DETACHED);
  port.close();
}
