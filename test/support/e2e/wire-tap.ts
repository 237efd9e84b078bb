/** Sits between browsers and the server, passes everything on and keeps what it saw: headers, bodies, and messages unmasked. */
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** One request over HTTP, in milliseconds since 1970: when all of it had come from the browser, and all of the answer had been passed on. */
export type Exchange = { readonly path: string; readonly askedAt: number; readonly answeredAt: number };

export class WireTap {
  readonly seen: Buffer[] = [];
  readonly exchanges: Exchange[] = [];
  readonly #upstreamPort: number;
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  /** `before`: put in front of every script that passes, for pages and workers alike. */
  constructor(upstreamPort: number, before = '') {
    this.#upstreamPort = upstreamPort;
    this.#server = createServer((incoming, outgoing) => {
      this.#keep(Buffer.from(`${incoming.url}\n${JSON.stringify(incoming.headers)}`));
      const upstream = request(
        {
          port: upstreamPort,
          host: 'localhost',
          path: incoming.url,
          method: incoming.method,
          headers: before === '' ? incoming.headers : wholeAndPlain(incoming.headers),
        },
        (answer) => {
          this.#keep(Buffer.from(JSON.stringify(answer.headers)));
          const isScript = before !== '' && /javascript/.test(answer.headers['content-type'] ?? '');
          outgoing.writeHead(answer.statusCode ?? 500, isScript ? withoutLength(answer.headers) : answer.headers);
          if (isScript) outgoing.write(before);
          answer.on('data', (chunk: Buffer) => this.#keep(chunk));
          answer.pipe(outgoing);
        },
      );
      incoming.on('data', (chunk: Buffer) => this.#keep(chunk));
      let askedAt = 0;
      incoming.on('end', () => {
        askedAt = now();
      });
      outgoing.on('finish', () => {
        this.exchanges.push({ path: incoming.url ?? '', askedAt, answeredAt: now() });
      });
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

/** Comparable with the same sum in a page of this machine. */
const now = (): number => performance.timeOrigin + performance.now();

/** Neither compressed nor a part nor "not modified": something can be put before it. */
const wholeAndPlain = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const { 'accept-encoding': _, 'if-none-match': __, 'if-modified-since': ___, range: ____, ...others } = headers;
  return others;
};
const withoutLength = (headers: IncomingHttpHeaders): IncomingHttpHeaders => {
  const { 'content-length': _, etag: __, ...others } = headers;
  return others;
};
