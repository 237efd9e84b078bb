/** The listening socket under app and relay, with the bounds that Node leaves open. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartRefused } from '../config.ts';
import type { Relay } from '../relay/relay.ts';

/** Times in milliseconds, sizes in bytes. */
const HEADERS_TIMEOUT = 10_000;
const REQUEST_TIMEOUT = 20_000;
/** Longer than common proxies keep theirs, so that they never write into a connection that is just being closed. */
const KEEP_ALIVE_TIMEOUT = 75_000;
const MAX_HEADER_BYTES = 16 * 1024;
/** Connections beyond the relay's sockets: pages being loaded, probes. */
const SPARE_CONNECTIONS = 2_000;

export function createHttpServer(
  app: RequestListener,
  relay: Pick<Relay, 'handleUpgrade'>,
  maxSockets: number,
): Server {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app);
  server.headersTimeout = HEADERS_TIMEOUT;
  server.requestTimeout = REQUEST_TIMEOUT;
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT;
  server.maxConnections = maxSockets + SPARE_CONNECTIONS;
  server.on('upgrade', relay.handleUpgrade);
  return server;
}

/** Resolves with the port. @throws StartRefused */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new StartRefused(sentenceFor(error, port, host))));
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function sentenceFor({ code }: NodeJS.ErrnoException, port: number, host: string): string {
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is already in use. Stop the program that has it, or set PORT to another one.`;
    case 'EACCES':
      return `This user may not listen on port ${port}. Set PORT to one above 1023.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `This machine has no address ${host}. Set HOST to one that it has.`;
    default:
      return `The server cannot listen on ${host}, port ${port} (${code ?? 'unknown error'}).`;
  }
}

/** Resolves when no connection is left. Sockets of the relay must be ended by the relay. */
export function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
