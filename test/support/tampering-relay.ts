/** A connection to a real relay on which every frame for the client can be changed, dropped or added to. */
import type { RelayConnector } from '../../src/engine/ports.ts';
import { makeRelayConnector } from '../../src/platform/node/relay-connector.ts';
import { decodeRelayMessage, encodeRelayFrame, type RelayFrame } from '../../src/wire/relay-frames.ts';

export type Tamper = (frame: RelayFrame) => readonly RelayFrame[];
export const passOn: Tamper = (frame) => [frame];

export class TamperingRelay implements RelayConnector {
  readonly #real: RelayConnector;
  #cut: () => void = () => undefined;
  tamper: Tamper = passOn;

  constructor(server: string) {
    this.#real = makeRelayConnector(server);
  }

  get host(): string {
    return this.#real.host;
  }

  connect(handlers: Parameters<RelayConnector['connect']>[0]): ReturnType<RelayConnector['connect']> {
    const socket = this.#real.connect({
      ...handlers,
      onMessage: (message) => {
        for (const frame of decodeRelayMessage(message))
          for (const changed of this.tamper(frame)) handlers.onMessage(encodeRelayFrame(changed));
      },
    });
    this.#cut = () => {
      socket.close();
      handlers.onClose();
    };
    return socket;
  }

  /** The connection breaks; the client comes back by itself. */
  cut(): void {
    this.#cut();
  }
}
