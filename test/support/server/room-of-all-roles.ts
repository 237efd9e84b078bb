/** A room with a member of each role and two links, and what is asked of whoever is in it. */
import { expect } from 'vitest';
import type { TestClient } from './client.ts';
import { makeLink, makePerson, type Person } from './identities.ts';
import type { Epoch } from './records.ts';
import type { RelayServer } from './relay-server.ts';

export const ann = makePerson('ann');
export const bob = makePerson('bob');
export const cat = makePerson('cat');
export const vic = makePerson('vic');
export const link = makeLink('edit');
const viewLink = makeLink('view');
export const members = {
  people: [
    { person: ann, role: 'owner' as const },
    { person: bob, role: 'editor' as const },
    { person: cat, role: 'commenter' as const },
    { person: vic, role: 'viewer' as const },
  ],
  links: [
    { link, role: 'editor' as const },
    { link: viewLink, role: 'viewer' as const },
  ],
};

/** Somebody who has read the first record. */
export async function joinRoom(relay: RelayServer, { room }: Epoch, { device }: Person): Promise<TestClient> {
  const client = await relay.connect(device);
  await client.open(room);
  await client.at(room, 1);
  return client;
}

/** The client's next refusal, which has to be of this room. */
export async function refusalIn(of: Epoch, client: TestClient): Promise<{ reason: string; counter: number }> {
  const { reason, counter, room } = await client.next('refused');
  expect(room).toBe(of.room);
  return { reason, counter };
}
