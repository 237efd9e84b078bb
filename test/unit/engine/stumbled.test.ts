import { expect, it } from 'vitest';
import { HostileServer } from '../../support/account-engine.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, openShared, startEngine, stateOf, TestTab, until } from '../../support/node-engine.ts';

it('a document that stumbled over what came is made anew, and what was not sent is sent', async () => {
  const relay = new LocalRelay();
  await relay.start();
  const line = new HostileServer(relay.url);
  const [{ engine: alice }, { engine: bob }] = [await startEngine(line.relay), await startEngine(relay.url)];
  const room = await create(alice);
  await until(() => isSaved(alice, room), 'made');
  await openShared(alice, bob, room, 'edit');
  const [own, theirs] = [await TestTab.open(alice, room), await TestTab.open(bob, room)];
  line.cut();
  own.type('unsent');
  theirs.type('sent ');
  await until(() => isSaved(bob, room), 'saved');
  const { generation } = stateOf(alice, room);
  (await alice.open(room))?.doc.once('beforeTransaction', () => {
    throw new Error('stumbles');
  });
  line.mend();
  alice.nudge();
  await until(() => theirs.title.includes('unsent') && theirs.title.includes('sent '), 'both have both');
  expect(stateOf(alice, room)).toMatchObject({ rescued: false, saved: { at: 'relay' } });
  expect(stateOf(alice, room).generation).toBeGreaterThan(generation);
  await alice.close();
  await bob.close();
  await relay.stop();
});
