import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { createMemoryStore } from '../../../sync-server/store/memory-store.ts';
import { FailingBoxStore } from '../../support/failing-box-store.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, openShared, startEngine, stateOf, TestTab, until } from '../../support/node-engine.ts';
import { makeFailingStore } from '../../support/server/failing-store.ts';

describe('the road of a keystroke, engine to engine over a real relay', () => {
  let relay: LocalRelay;
  const engines: Engine[] = [];

  beforeEach(async () => {
    relay = new LocalRelay();
    await relay.start();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    await relay.stop();
  });

  const start = async (...rest: Parameters<typeof startEngine> extends [unknown, ...infer R] ? R : never) => {
    const started = await startEngine(relay.url, ...rest);
    engines.push(started.engine);
    return started;
  };

  it('what one types arrives at the other, both ways', async () => {
    const a = await start();
    const b = await start();
    const room = await create(a.engine);
    const tabA = await TestTab.open(a.engine, room);
    tabA.type('hello');
    await until(() => isSaved(a.engine, room), 'saved at the relay');
    await openShared(a.engine, b.engine, room, 'edit');
    const tabB = await TestTab.open(b.engine, room);
    await until(() => tabB.title === 'hello', 'arrived');
    tabB.type(' world');
    await until(() => tabA.title === 'hello world', 'came back');
    expect(stateOf(b.engine, room)).toMatchObject({ role: 'editor', readOnly: null, phase: 'ready' });
  });

  it('a viewer reads, and what its tab hands over is not taken', async () => {
    const a = await start();
    const v = await start();
    const room = await create(a.engine);
    const tabA = await TestTab.open(a.engine, room);
    tabA.type('read me');
    await until(() => isSaved(a.engine, room), 'saved');
    await openShared(a.engine, v.engine, room, 'view');
    const tabV = await TestTab.open(v.engine, room);
    await until(() => tabV.title === 'read me', 'arrived');
    expect(stateOf(v.engine, room)).toMatchObject({ role: 'viewer', readOnly: 'role' });
    tabV.type('!!!');
    tabA.type(' please');
    await until(() => tabV.title.includes('please'), 'still follows');
    expect(tabA.title).toBe('read me please');
  });

  it('a viewer who opens the edit link writes from then on', async () => {
    const [{ engine: alice }, { engine: bob }] = [await start(), await start()];
    const room = await create(alice);
    const tabA = await TestTab.open(alice, room);
    tabA.type('one ');
    await until(() => isSaved(alice, room), 'saved');
    await openShared(alice, bob, room, 'view');
    await until(() => stateOf(bob, room).title === 'one ', 'read');
    await openShared(alice, bob, room, 'edit');
    const tabB = await TestTab.open(bob, room);
    await until(() => tabB.title === 'one ' && stateOf(bob, room).role === 'editor', 'opened anew');
    tabB.type('two');
    await until(() => tabA.title === 'one two', 'arrived');
    expect(stateOf(bob, room)).toMatchObject({ alarm: null, failure: null });
  });

  it('who comes by another right while the disk is full keeps what was typed: the room stays as it is', async () => {
    const disk = new FailingBoxStore(new MemoryBoxStore());
    const [{ engine: alice }, { engine: bob }] = [await start(), await start(undefined, { boxes: disk })];
    const room = await create(alice);
    const tabA = await TestTab.open(alice, room);
    tabA.type('one ');
    await until(() => isSaved(alice, room), 'saved');
    await openShared(alice, bob, room, 'edit');
    const tabB = await TestTab.open(bob, room);
    await until(() => tabB.title === 'one ', 'read');
    await relay.stop();
    disk.commitsFailWith = 'full';
    tabB.type('two');
    await until(() => stateOf(bob, room).saved.at === 'nowhere', 'not saved');
    expect(await bob.enter(room, null)).toEqual({ ok: false, reason: 'storage-full' });
    disk.commitsFailWith = null;
    await relay.start();
    await until(() => tabA.title === 'one two', 'arrived');
  });

  it('both write while the relay is down, and meet again with nothing lost', async () => {
    const a = await start();
    const b = await start();
    const room = await create(a.engine);
    const tabA = await TestTab.open(a.engine, room);
    tabA.type('base ');
    await until(() => isSaved(a.engine, room), 'saved');
    await openShared(a.engine, b.engine, room, 'edit');
    const tabB = await TestTab.open(b.engine, room);
    await until(() => tabB.title === 'base ', 'arrived');
    await relay.stop();
    await until(() => a.engine.state().connection === 'offline', 'noticed');
    for (let i = 0; i < 20; i++) tabA.type('a');
    for (let i = 0; i < 20; i++) tabB.type('b');
    expect(stateOf(a.engine, room).saved.at).toBe('memory');
    await until(() => stateOf(a.engine, room).saved.at === 'device', 'on disk');
    expect(stateOf(a.engine, room).saved).toEqual({ at: 'device', waiting: 20 });
    await relay.start();
    await until(() => isSaved(a.engine, room) && isSaved(b.engine, room), 'sent');
    await until(() => tabA.title === tabB.title && tabA.title.length === 45, 'converged');
  });

  it('an engine that is started again on its vault has everything, offline too, and sends what was waiting', async () => {
    const a = await start();
    const room = await create(a.engine);
    const tabA = await TestTab.open(a.engine, room);
    tabA.type('one');
    await until(() => isSaved(a.engine, room), 'saved');
    await relay.stop();
    tabA.type(' two');
    await until(() => stateOf(a.engine, room).saved.at === 'device', 'on disk');
    await a.engine.close();
    engines.splice(0);
    const again = await start(a.boxes);
    const tab = await TestTab.open(again.engine, room);
    expect(tab.title).toBe('one two');
    tab.type(' three');
    await relay.start();
    await until(() => isSaved(again.engine, room), 'sent');
    const b = await start();
    await openShared(again.engine, b.engine, room, 'edit');
    const tabB = await TestTab.open(b.engine, room);
    await until(() => tabB.title === 'one two three', 'all there');
  });

  it('two tabs of one engine stay in step with the relay down', async () => {
    await relay.stop();
    const a = await start();
    const room = await create(a.engine);
    const first = await TestTab.open(a.engine, room);
    const second = await TestTab.open(a.engine, room);
    first.type('x');
    second.type('y');
    await until(() => first.title === second.title && first.title.length === 2, 'in step');
    await relay.start();
    await until(() => isSaved(a.engine, room), 'published');
  });

  it('10,000 edits of an offline session arrive, and so does a session of nothing but deletions', async () => {
    const a = await start();
    const b = await start();
    const room = await create(a.engine);
    const tabA = await TestTab.open(a.engine, room);
    tabA.type('x'.repeat(2_000));
    await until(() => isSaved(a.engine, room), 'saved');
    await openShared(a.engine, b.engine, room, 'edit');
    const tabB = await TestTab.open(b.engine, room);
    await until(() => tabB.title.length === 2_000, 'arrived');
    await relay.stop();
    for (let i = 0; i < 10_000; i++) tabA.type(String(i % 10));
    for (let i = 0; i < 500; i++) tabB.doc.getText('title').delete(0, 2);
    await until(() => stateOf(a.engine, room).saved.at === 'device', 'on disk');
    expect(stateOf(a.engine, room).saved).toEqual({ at: 'device', waiting: 10_000 });
    expect(stateOf(b.engine, room).saved).toEqual({ at: 'device', waiting: 500 });
    await relay.start();
    await until(() => isSaved(a.engine, room) && isSaved(b.engine, room), 'sent');
    await until(() => tabA.title === tabB.title, 'converged');
    expect(tabA.title.length).toBe(11_000);
    expect(tabA.title.endsWith('0123456789')).toBe(true);
  }, 120_000);

  it('after a failed write at the relay everything is sent once, whether it had reached the disk or not', async () => {
    for (const reaches of [true, false]) {
      const store = makeFailingStore(createMemoryStore());
      const failing = new LocalRelay(store);
      await failing.start();
      const { engine } = await startEngine(failing.url);
      const room = await create(engine);
      const tab = await TestTab.open(engine, room);
      tab.type('before ');
      await until(() => isSaved(engine, room), 'saved');
      store.failNext(reaches);
      tab.type('during ');
      tab.type('after');
      await until(() => !store.accepting(), 'the disk failed');
      store.reopen();
      await until(() => isSaved(engine, room), 'saved in the end');
      expect(stateOf(engine, room)).toMatchObject({ alarm: null, failure: null, rescued: false });
      const b = await startEngine(failing.url);
      await openShared(engine, b.engine, room, 'view');
      const tabB = await TestTab.open(b.engine, room);
      expect(tabB.title).toBe('before during after');
      await engine.close();
      await b.engine.close();
      await failing.stop();
    }
  }, 120_000);

  it('a long log gets a snapshot, newcomers start from it, and the vault drops what it covers', async () => {
    const a = await start();
    const room = await create(a.engine);
    const tab = await TestTab.open(a.engine, room);
    for (let i = 0; i < 400; i++) {
      tab.type('lorem ipsum ');
      await until(() => isSaved(a.engine, room), 'saved');
    }
    const length = tab.title.length;
    const opened = await a.engine.open(room);
    await until(() => (opened?.keptRecords ?? 999) < 100, 'snapshot adopted');
    const b = await start();
    await openShared(a.engine, b.engine, room, 'edit');
    const tabB = await TestTab.open(b.engine, room);
    expect(tabB.title.length).toBe(length);
    expect((await b.engine.open(room))?.keptRecords).toBeLessThan(100);
    tabB.type('end');
    await until(() => tab.title.endsWith('end'), 'goes on');
    expect(stateOf(a.engine, room).alarm).toBeNull();
    expect(stateOf(b.engine, room).alarm).toBeNull();
  }, 120_000);
});
