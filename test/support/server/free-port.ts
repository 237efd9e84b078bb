import { createServer } from 'node:net';

/** A port that nobody listens on now. Whoever takes it at once gets it. */
export async function freePort(host = 'localhost'): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, host, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
