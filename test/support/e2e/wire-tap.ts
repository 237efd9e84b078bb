/** Sits between browsers and the server, passes everything on and keeps what it saw: headers, bodies, and messages unmasked. */
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

export class WireTap {
  readonly seen: Buffer[] = [];
  readonly #upstreamPort: number;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor(upstreamPort: number) {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer((incoming, outgoing) => {
      this.#keep(Buffer.from(`${incoming.url}\n${JSON.stringify(incoming.headers)}`));
      const upstream = request(
        {
          port: upstreamPort,
          host: 'localhost',
          path: incoming.url,
          method: incoming.method,
          headers: incoming.headers,
        },
        (answer) => {
          this.#keep(Buffer.from(JSON.stringify(answer.headers)));
          outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.on('data', (chunk: Buffer) => this.#keep(chunk));
          answer.pipe(outgoing);
        },
      );
      incoming.on('data', (chunk: Buffer) => this.#keep(chunk));
      upstream.on('error', () => outgoing.destroy());
      incoming.pipe(upstream);
    });
    this.#server.on('upgrade', (incoming, socket, head) => {
      const { host = '', origin, cookie } = incoming.headers;
      const upstream = new WebSocket(`ws://localhost:${this.#upstreamPort}${incoming.url}`, {
        headers: { host, ...(cookie !== undefined && { cookie }) },
        ...(origin === undefined ? {} : { origin }),
      });
      upstream.on('error', () => socket.destroy());
      upstream.on('open', () => {
        upstream.pause();
        this.#sockets.handleUpgrade(incoming, socket, head, (downstream) => {
          this.#join(upstream, downstream);
          this.#join(downstream, upstream);
          upstream.resume();
        });
      });
    });
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, 'localhost', resolve));
  }
  stop(): void {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #join(from: WebSocket, to: WebSocket): void {
    from.on('message', (data: Buffer, isBinary) => {
      this.#keep(data);
      to.send(data, { binary: isBinary });
    });
    from.on('close', () => to.close());
    from.on('error', () => to.terminate());
  }

  #keep(bytes: Buffer): void {
    this.seen.push(Buffer.from(bytes));
  }
}
