import { expect } from 'vitest';
import type { Reason } from '../../../src/wire/refusals.ts';
import type { TestClient } from '../server/client.ts';

/** Within so long after the end of a session, a device or an account its sockets are closed. Milliseconds. */
const WITHIN_MS = 1_000;

export const reasonOfEnd = async (socket: TestClient): Promise<Reason> => (await socket.next('ended')).reason;

/** `since`: when what ends the socket was asked for, as `performance.now` gives it. */
export async function expectEnded(socket: TestClient, reason: Reason, since: number): Promise<void> {
  expect((await socket.next('ended', WITHIN_MS)).reason).toBe(reason);
  await socket.untilClosed(WITHIN_MS);
  expect(performance.now() - since).toBeLessThan(WITHIN_MS);
}
