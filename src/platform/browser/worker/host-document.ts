/** The host's end of one document port: frames to and from the engine, until either side has had enough. */
import type { FramePort } from '../../../engine/ports.ts';
import { DETACHED, ENDED, postFrame, RETIRING, type ToHostDocumentMessage } from '../engine-link.ts';

/** y-websocket's awareness message (1) with an update (1 byte) of no entries. */
const EMPTY_AWARENESS = Uint8Array.of(1, 1, 0);

export class HostDocument {
  /** What the engine is handed. */
  readonly frames: FramePort;
  /** Resolves when nothing more will come from the tab. */
  readonly ended: Promise<void>;
  readonly #port: MessagePort;
  #resolveEnded: () => void = () => {};
  #detach: () => void = () => {};

  constructor(port: MessagePort) {
    this.#port = port;
    this.frames = { post: (frame) => postFrame(port, frame), onFrame: null };
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** Lets the tab's frames in. Until then the port keeps them. `detach`: called once, at the end. */
  begin(detach: () => void): void {
    this.#detach = detach;
    this.#port.onmessage = ({ data }: MessageEvent<ToHostDocumentMessage>) => {
      if (data === DETACHED) this.close();
      else if (data instanceof ArrayBuffer) this.frames.onFrame?.(new Uint8Array(data));
    };
  }

  beat(): void {
    this.frames.post(EMPTY_AWARENESS);
  }

  retire(): void {
    this.#port.postMessage(RETIRING);
  }

  /** Tells the tab that the engine has gone. */
  end(): void {
    this.#port.postMessage(ENDED);
    this.close();
  }

  close(): void {
    this.#port.close();
    this.#resolveEnded();
    const detach = this.#detach;
    this.#detach = () => {};
    detach();
  }
}
