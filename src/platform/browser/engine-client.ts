/** Connects this tab to the engine of this browser. */
import type { Endpoint } from 'comlink';
import { passingOn } from '../../engine/accounts/commands.ts';
import type { EngineClient, EngineState } from '../../engine/api.ts';
import { passingOnMembership } from '../../engine/membership/commands.ts';
import { browserClock } from './clock.ts';
import { TAB_LOCK_PREFIX } from './engine-link.ts';
import { TabEngineClient } from './tab-client.ts';

/** @throws when the engine's code cannot be loaded */
export async function connectEngine(): Promise<EngineClient> {
  if (!isSupported()) return unsupportedClient();
  const tabLock = TAB_LOCK_PREFIX + crypto.randomUUID();
  await hold(tabLock);
  const client = await TabEngineClient.connect({
    clock: browserClock,
    locks: navigator.locks,
    tabLock,
    openHost,
    askForPersistence: () => void navigator.storage?.persist?.().catch(() => false),
  });
  addEventListener('pagehide', ({ persisted }) => {
    if (!persisted) client.detachAll();
  });
  return client;
}

/** Outside of a secure context (HTTPS or localhost) browsers hide locks, service workers and much of cryptography. */
const isSupported = (): boolean =>
  isSecureContext && 'locks' in navigator && typeof BroadcastChannel === 'function' && typeof Worker === 'function';

/** Resolves when the lock is held, which it is until the tab ends. */
const hold = (name: string): Promise<void> =>
  new Promise((resolve, reject) => {
    navigator.locks
      .request(name, () => {
        resolve();
        return new Promise(() => {});
      })
      .catch(reject);
  });

function openHost(): { endpoint: Endpoint; failed: Promise<never> } {
  // Written out twice because the bundler looks for exactly this form.
  if (typeof SharedWorker === 'function') {
    const worker = new SharedWorker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
    return { endpoint: worker.port, failed: failureOf(worker) };
  }
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
  return { endpoint: worker, failed: failureOf(worker) };
}

function failureOf(worker: EventTarget): Promise<never> {
  const failed = new Promise<never>((_, reject) => {
    worker.addEventListener('error', () => reject(new Error('the engine could not be loaded')));
  });
  failed.catch(() => {}); // Later errors are nobody's business here.
  return failed;
}

const UNSUPPORTED: EngineState = {
  profile: { name: '', color: '#808080' },
  appearance: 'system',
  account: null,
  connection: 'offline',
  problem: { type: 'unsupported' },
  rooms: [],
};

function unsupportedClient(): EngineClient {
  const refuse = (): Promise<never> => Promise.reject(new Error('this browser is not supported'));
  return {
    watch(listener) {
      listener(UNSUPPORTED);
      return () => {};
    },
    attach: refuse,
    accounts: passingOn(refuse),
    membership: passingOnMembership(refuse),
    setAppearance: refuse,
    setProfile: refuse,
    createDocument: refuse,
    openLink: refuse,
    links: refuse,
    forget: refuse,
    rescued: refuse,
    discardRescued: refuse,
  };
}
