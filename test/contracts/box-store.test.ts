import { makeBoxStore } from '../../src/platform/browser/box-store.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { FaultyIndexedDb } from '../support/faulty-indexeddb.ts';
import { describeBoxStore } from './box-store.contract.ts';

describeBoxStore('in memory', () => new MemoryBoxStore());
describeBoxStore('in IndexedDB', () => {
  new FaultyIndexedDb();
  return makeBoxStore(nodeClock);
});
