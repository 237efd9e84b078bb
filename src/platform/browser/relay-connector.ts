import type { RelayConnector, RelaySocket, RelaySocketHandlers } from '../../engine/ports.ts';

const RELAY_PATH = '/sync';
/** Browsers themselves wait for minutes when packets vanish. */
const CONNECT_TIMEOUT_MS = 15_000;

/** The relay of the server that the page came from. */
export function makeRelayConnector({ protocol, host }: { protocol: string; host: string }): RelayConnector {
  const url = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${RELAY_PATH}`;
  return { host, connect: (handlers) => connect(url, handlers) };
}

function connect(url: string, { onOpen, onMessage, onClose }: RelaySocketHandlers): RelaySocket {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.close();
    // Without waiting for the closing handshake, which nobody may answer.
    queueMicrotask(onClose);
  };
  const timer = setTimeout(end, CONNECT_TIMEOUT_MS);
  socket.onopen = () => {
    clearTimeout(timer);
    if (!isOver) onOpen();
  };
  socket.onmessage = ({ data }) => {
    if (isOver) return;
    if (data instanceof ArrayBuffer) onMessage(new Uint8Array(data));
    else end(); // The relay never sends text.
  };
  socket.onclose = end;
  return {
    send(message) {
      // A copy only where the type asks for one: the bytes may lie in shared memory.
      if (socket.readyState === WebSocket.OPEN) socket.send(message as Uint8Array<ArrayBuffer>);
    },
    close: end,
  };
}
