import { WebSocket } from 'ws';
import type { RelayConnector, RelaySocket, RelaySocketHandlers } from '../../engine/ports.ts';
import { MAX_MESSAGE_BYTES } from '../../wire/limits.ts';

const RELAY_PATH = '/sync';
const CONNECT_TIMEOUT_MS = 15_000;

/**
 * The relay of a server at an `http(s)://` address. `headers`: of the session, if there is one; guests send neither cookie
 * nor Origin.
 */
export function makeRelayConnector(
  server: string,
  headers: () => Readonly<Record<string, string>> = () => ({}),
): RelayConnector {
  const { protocol, host } = new URL(server);
  const url = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${RELAY_PATH}`;
  return { host, connect: (handlers) => connect(url, headers(), handlers) };
}

function connect(
  url: string,
  headers: Readonly<Record<string, string>>,
  { onOpen, onMessage, onClose }: RelaySocketHandlers,
): RelaySocket {
  const socket = new WebSocket(url, {
    headers,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
    handshakeTimeout: CONNECT_TIMEOUT_MS,
  });
  socket.binaryType = 'nodebuffer';
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    // Sends what is still buffered; ws itself gives up on a peer that does not answer.
    socket.close();
    queueMicrotask(onClose);
  };
  socket.on('open', () => !isOver && onOpen());
  socket.on('message', (data: Buffer, isBinary) => {
    if (isOver) return;
    // A plain Uint8Array: a Buffer's slice() shares memory, which no caller expects.
    if (isBinary) onMessage(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    else end(); // The relay never sends text.
  });
  // `close` follows.
  socket.on('error', () => {});
  socket.on('close', end);
  return {
    send(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(message);
    },
    close: end,
  };
}
