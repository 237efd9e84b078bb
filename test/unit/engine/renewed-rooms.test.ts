import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { SnapshotLimits } from '../../../src/engine/ports.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from '../../../src/engine/rooms/snapshot-policy.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { idBytes, type RoomId } from '../../../src/wire/ids.ts';
import { kindOf } from '../../../src/wire/record.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, startEngine, stateOf, TestTab, until } from '../../support/node-engine.ts';
import { type Tamper, TamperingRelay } from '../../support/tampering-relay.ts';

/** A few renewals with their edits are worth a snapshot. */
const SOON: SnapshotLimits = {
  ...DEFAULT_SNAPSHOT_LIMITS,
  minLogBytes: 8_000,
  lastWriterDelayMs: 5,
  othersDelayMs: 5_000,
};
const RENEWALS = 6;

describe('a room that has renewed its keys often', () => {
  let relay: LocalRelay;
  let alice: Engine;
  let room: RoomId;
  let tabA: TestTab;
  /** Made after the second renewal. */
  let link: string;
  const engines: Engine[] = [];

  beforeEach(async () => {
    relay = new LocalRelay();
    await relay.start();
    alice = (await startEngine(relay.url, new MemoryBoxStore(), { snapshotLimits: SOON })).engine;
    engines.push(alice);
    room = await create(alice);
    tabA = await TestTab.open(alice, room);
    await renewAndType();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
    await relay.stop();
  });

  async function renewAndType(): Promise<void> {
    tabA.type('-');
    await until(() => isSaved(alice, room), 'saved');
    for (let made = 0; made < RENEWALS; made++) {
      expect(await alice.membership.renewKeys(room)).toMatchObject({ ok: true });
      tabA.type('x');
      await until(() => isSaved(alice, room), 'saved');
      if (made === 1) link = (await alice.links(room)).edit ?? '';
    }
    const opened = await alice.open(room);
    await until(() => (opened?.keptRecords ?? RENEWALS) < RENEWALS, 'a snapshot');
  }
  async function join(tamper: Tamper, boxes = new MemoryBoxStore()): Promise<Engine> {
    const line = new TamperingRelay(relay.url);
    line.tamper = tamper;
    const { engine } = await startEngine(line, boxes);
    engines.push(engine);
    const [, fragment = ''] = link.split('#');
    expect(await engine.openLink(room, fragment)).toMatchObject({ ok: true });
    return engine;
  }

  it('[TH1] [LI1] is read and written by whoever comes by a link that was made meanwhile, also after a restart', async () => {
    const seen = { epochs: 0, hidden: 0 };
    const boxes = new MemoryBoxStore();
    const bob = await join((frame) => {
      if (frame.type === 'prelude' && kindOf(frame.record) === 'epoch') seen.epochs++;
      if (frame.type === 'stub') seen.hidden++;
      return [frame];
    }, boxes);
    const tabB = await TestTab.open(bob, room);
    await until(() => tabB.title === tabA.title, 'reads');
    expect(seen.epochs).toBeLessThan(RENEWALS);
    expect(seen.hidden).toBeGreaterThan(1);
    tabB.type('!');
    await until(() => tabA.title.endsWith('!'), 'writes');
    expect(stateOf(bob, room)).toMatchObject({ alarm: null, failure: null });
    await bob.close();
    await relay.stop();

    const again = (await startEngine(relay.url, boxes)).engine;
    engines.push(again);
    const tab = await TestTab.open(again, room);
    await until(() => tab.title === tabA.title, 'reads what the device keeps');
    expect(stateOf(again, room)).toMatchObject({ alarm: null, failure: null });
    await relay.start();
    tab.type('?');
    await until(() => tabA.title.endsWith('?'), 'goes on');
  });

  it('[TH2] is asked for as a whole where the relay hides an epoch that is no plain renewal', async () => {
    let hidden = 0;
    const bob = await join((frame) => {
      if (frame.type !== 'prelude' || frame.seq !== 1) return [frame];
      hidden++;
      return [{ type: 'stub', channel: frame.channel, seq: 1, recordHash: idBytes(recordHash(blake2b, frame.record)) }];
    });
    const tabB = await TestTab.open(bob, room);
    await until(() => tabB.title === tabA.title, 'reads');
    expect(hidden).toBe(1);
    expect(stateOf(bob, room)).toMatchObject({ alarm: 'bad-record', failure: null });
  });
});
