// @y/websocket-server as its documentation puts it together, on the same version of `ws` as all others here. Keeps
// documents in LevelDB when YPERSISTENCE names a folder.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** @type {any} */
const { setupWSConnection } = await import('@y/websocket-server/utils');

const sockets = new WebSocketServer({ noServer: true });
sockets.on('connection', setupWSConnection);
const server = createServer((_request, response) => response.writeHead(200).end('stock'));
server.on('upgrade', (request, socket, head) => {
  sockets.handleUpgrade(request, socket, head, (peer) => sockets.emit('connection', peer, request));
});
server.listen(Number(process.env.PORT), '127.0.0.1');
