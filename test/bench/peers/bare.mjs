// What a WebSocket server can do at best: passes every message on to everybody in the room, its sender included, and
// looks at nothing. With CORK=1 the writes of one turn leave together.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const corks = process.env.CORK === '1';
/** @type {Map<string, Set<import('node:events').EventEmitter>>} */
const rooms = new Map();
/** @type {any[]} */
let corked = [];

function uncork() {
  const sockets = corked;
  corked = [];
  for (const socket of sockets) socket.uncork();
}

/** @param {any} peer @param {Buffer} message */
function send(peer, message) {
  const socket = peer._socket;
  if (corks && socket && socket.writableCorked === 0) {
    socket.cork();
    if (corked.length === 0) setImmediate(uncork);
    corked.push(socket);
  }
  peer.send(message);
}

const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, clientTracking: false });
const server = createServer((_request, response) => response.writeHead(200).end('bare'));
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (/** @type {any} */ peer) => {
    const name = request.url ?? '/';
    const room = rooms.get(name) ?? new Set();
    rooms.set(name, room.add(peer));
    peer.on('message', (/** @type {Buffer} */ message) => {
      for (const other of room) send(other, message);
    });
    peer.on('error', () => undefined);
    peer.on('close', () => {
      room.delete(peer);
      if (room.size === 0) rooms.delete(name);
    });
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
