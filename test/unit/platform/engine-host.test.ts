import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { StorageFault } from '../../../src/engine/ports.ts';
import { ENGINE_LOCK } from '../../../src/platform/browser/engine-link.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { BrowserSimulation, type SimulatedWorker } from '../../support/browser-simulation.ts';
import { FakeHostedEngine } from '../../support/fake-hosted-engine.ts';
import { PATIENCE_MS } from '../../support/patience.ts';

const ROOM = 'room' as RoomId;
const until = (check: () => void) => vi.waitFor(check, { timeout: PATIENCE_MS, interval: 5 });

describe('tabs and the engine', () => {
  let browser: BrowserSimulation;
  let current: SimulatedWorker;
  const providers: WebsocketProvider[] = [];

  beforeEach(() => {
    browser = new BrowserSimulation();
    current = browser.worker(1);
  });
  afterEach(() => {
    for (const provider of providers.splice(0)) provider.destroy();
    browser.close();
  });

  const openTab = () => browser.tab(() => current);
  type Tab = Awaited<ReturnType<typeof openTab>>;

  async function openDocument(tab: Tab) {
    const outcome = await tab.client.attach(ROOM);
    if (!outcome.ok) throw new Error(outcome.reason);
    const { clientId, Socket, detach } = outcome.value;
    const doc = new Y.Doc();
    doc.clientID = clientId;
    const provider = new WebsocketProvider('relay:', ROOM, doc, {
      disableBc: true,
      WebSocketPolyfill: Socket as unknown as typeof WebSocket,
    });
    providers.push(provider);
    const closed: number[] = [];
    provider.on('closed', ({ code }: { code: number }) => closed.push(code));
    return { doc, provider, detach, closed, clientId };
  }

  it('passes commands on and tells every tab of the new state', async () => {
    const [one, two] = [await openTab(), await openTab()];
    await one.client.setProfile({ name: 'Ada', color: '#112233' });
    expect(current.engine.profile.name).toBe('Ada');
    await until(() => expect([one, two].map((tab) => tab.states.at(-1)?.profile.name)).toEqual(['Ada', 'Ada']));
  });

  it('joins a burst of changes into one message', async () => {
    const tab = await openTab();
    const before = tab.states.length;
    await Promise.all(Array.from({ length: 50 }, (_, i) => tab.client.setProfile({ name: `${i}`, color: '#112233' })));
    await until(() => expect(tab.states.at(-1)?.profile.name).toBe('49'));
    expect(tab.states.length - before).toBeLessThan(10);
  });

  it('carries the frames of a y-websocket provider both ways', async () => {
    const { doc, provider } = await openDocument(await openTab());
    await until(() => expect(provider.wsconnected).toBe(true));
    doc.getText('root').insert(0, 'typed');
    const { engine } = current;
    await until(() => expect(engine.received.map((frame) => frame.slice(0, 2))).toContainEqual([0, 2]));
    const other = new Y.Doc();
    other.getText('root').insert(0, 'heard ');
    const state = Y.encodeStateAsUpdate(other);
    engine.ports[0]?.post(Uint8Array.of(0, 1, state.length, ...state));
    await until(() => expect(provider.synced).toBe(true));
    expect(doc.getText('root').toString()).toContain('heard ');
  });

  it('does not let go of bytes that the engine uses for several tabs', async () => {
    await openDocument(await openTab());
    const frame = Uint8Array.of(1, 1, 0);
    current.engine.ports[0]?.post(frame);
    expect([...frame]).toEqual([1, 1, 0]);
  });

  it('keeps the client id when the provider connects again', async () => {
    const { provider } = await openDocument(await openTab());
    await until(() => expect(provider.wsconnected).toBe(true));
    provider.disconnect();
    provider.connect();
    await until(() => expect(provider.wsconnected).toBe(true));
    expect(current.engine.ports.length).toBe(1);
  });

  it('detaches the documents of a tab that detaches, and of one that died', async () => {
    const [one, two] = [await openTab(), await openTab()];
    const { detach, closed } = await openDocument(one);
    await openDocument(two);
    detach();
    await until(() => expect(current.engine.detached).toBe(1));
    await until(() => expect(closed).toEqual([4401]));
    two.kill();
    await until(() => expect(current.engine.detached).toBe(2));
  });

  it('connects to a new worker after the old one died, and has its documents rebuilt', async () => {
    const tab = await openTab();
    const { provider, closed } = await openDocument(tab);
    await until(() => expect(provider.wsconnected).toBe(true));
    const dead = current;
    current = browser.worker(1, async () => {
      const engine = new FakeHostedEngine();
      engine.nextClientId = 900;
      return engine;
    });
    dead.kill();
    await until(() => expect(closed).toEqual([4400]));
    const again = await openDocument(tab);
    expect(again.clientId).toBeGreaterThanOrEqual(900);
  });

  it('goes on with the same Y.Doc when the new engine gives it the same client id', async () => {
    const { provider, closed } = await openDocument(await openTab());
    await until(() => expect(provider.wsconnected).toBe(true));
    const dead = current;
    current = browser.worker(1);
    dead.kill();
    await until(() => expect(current.engine.ports.length).toBe(1));
    await until(() => expect(provider.wsconnected).toBe(true));
    expect(closed).toEqual([]);
  });

  it('rejects a command whose engine dies before it answers', async () => {
    const worker = browser.worker(1, async () => {
      const engine = new FakeHostedEngine();
      engine.forget = () => new Promise(() => {});
      return engine;
    });
    current.kill();
    current = worker;
    const tab = await openTab();
    const answer = tab.client.forget(ROOM);
    current = browser.worker(1);
    worker.kill();
    await expect(answer).rejects.toThrow('gone');
  });

  it('tells of storage that cannot be opened, and tries again for the next tab', async () => {
    current.kill();
    let isDenied = true;
    current = browser.worker(1, async () => {
      if (isDenied) throw new StorageFault('denied');
      return new FakeHostedEngine();
    });
    const tab = await openTab();
    expect(tab.states.at(-1)?.problem).toEqual({ type: 'storage', fault: 'denied' });
    await expect(tab.client.createDocument()).rejects.toThrow();
    expect(browser.locks.isHeld(ENGINE_LOCK)).toBe(false);
    isDenied = false;
    const other = await openTab();
    await until(() => expect([tab.problem, other.problem]).toEqual([undefined, undefined]));
  });
});

describe('two builds of the app', () => {
  let browser: BrowserSimulation;
  beforeEach(() => {
    browser = new BrowserSimulation();
  });
  afterEach(() => browser.close());

  it('a newer one takes over after the older one has closed', async () => {
    const old = browser.worker(1);
    const tab = await browser.tab(() => old);
    let closeDone = () => {};
    old.engine.closing = new Promise((resolve) => {
      closeDone = resolve;
    });
    const newer = browser.worker(2);
    await until(() => expect(tab.problem).toBe('retired'));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(newer.engines.length).toBe(0);
    closeDone();
    await until(() => expect(newer.engines.length).toBe(1));
    expect(old.engine.closed).toBe(true);
    await expect(tab.client.createDocument()).rejects.toThrow();
  });

  it('the older one first takes what its tabs have typed', async () => {
    const old = browser.worker(1);
    const tab = await browser.tab(() => old);
    const attached = await tab.client.attach(ROOM);
    if (!attached.ok) throw new Error('not attached');
    const doc = new Y.Doc();
    const WebSocketPolyfill = attached.value.Socket as unknown as typeof WebSocket;
    const provider = new WebsocketProvider('relay:', ROOM, doc, { disableBc: true, WebSocketPolyfill });
    await until(() => expect(provider.wsconnected).toBe(true));
    const typed = new Promise<number>((resolve) => {
      tab.client.watch(({ problem }) => {
        if (problem?.type !== 'retired') return;
        doc.getText('root').insert(0, 'last words');
        resolve(old.engine.received.length);
      });
    });
    browser.worker(2);
    const before = await typed;
    await until(() => expect(old.engine.closed).toBe(true));
    const updates = old.engine.received.slice(before).filter(([message, step]) => message === 0 && step === 2);
    expect(updates.length).toBe(1);
    await until(() => expect(provider.shouldConnect).toBe(false));
    provider.destroy();
  });

  it('an older one that starts later is retired at once, also for tabs that come to it later', async () => {
    const newer = browser.worker(2);
    await browser.tab(() => newer);
    const old = browser.worker(1);
    expect((await browser.tab(() => old)).problem).toBe('retired');
    expect((await browser.tab(() => old)).problem).toBe('retired');
    expect(newer.engine.closed).toBe(false);
  });

  it('the same one in a second worker waits, says so, and takes over when the first dies', async () => {
    const first = browser.worker(1);
    await browser.tab(() => first);
    const second = browser.worker(1);
    const tab = await browser.tab(() => second);
    expect(tab.problem).toBe('elsewhere');
    first.kill();
    await until(() => expect(tab.problem).toBe(undefined));
    expect(second.engines.length).toBe(1);
  });
});
