import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { hashId, idBytes, type RoomId } from '../../../src/wire/ids.ts';
import { decodeLink, encodeLink } from '../../../src/wire/link.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, openShared, startEngine, stateOf, TestTab, until } from '../../support/node-engine.ts';
import { passOn, TamperingRelay } from '../../support/tampering-relay.ts';

describe('a hostile relay', () => {
  let relay: LocalRelay;
  let alice: Engine;
  let bob: Engine;
  let bobsRelay: TamperingRelay;
  let bobsBoxes: MemoryBoxStore;
  let room: RoomId;
  let tabA: TestTab;

  beforeEach(async () => {
    relay = new LocalRelay();
    await relay.start();
    alice = (await startEngine(relay.url)).engine;
    bobsRelay = new TamperingRelay(relay.url);
    bobsBoxes = new MemoryBoxStore();
    bob = (await startEngine(bobsRelay, bobsBoxes)).engine;
    room = await create(alice);
    tabA = await TestTab.open(alice, room);
    await writeAndSave('one ');
  });
  afterEach(async () => {
    await alice.close();
    await bob.close();
    await relay.stop();
  });

  const writeAndSave = async (text: string): Promise<void> => {
    tabA.type(text);
    await until(() => isSaved(alice, room), 'saved');
  };
  const bobJoins = async (): Promise<TestTab> => {
    await openShared(alice, bob, room, 'edit');
    return TestTab.open(bob, room);
  };

  it('control: an honest one raises no alarm', async () => {
    const tabB = await bobJoins();
    await writeAndSave('two ');
    await until(() => tabB.title === 'one two ', 'arrived');
    expect(stateOf(bob, room)).toMatchObject({ alarm: null, failure: null });
  });

  it('[CH2] that drops a record is noticed by the next one', async () => {
    await bobJoins();
    let dropped = false;
    bobsRelay.tamper = (frame) => {
      if (frame.type !== 'entry' || dropped) return [frame];
      dropped = true;
      return [];
    };
    await writeAndSave('two ');
    await writeAndSave('three ');
    await until(() => stateOf(bob, room).alarm === 'gap', 'noticed');
  });

  it('[CH2] that passes a record on twice is noticed', async () => {
    await bobJoins();
    bobsRelay.tamper = (frame) => (frame.type === 'entry' ? [frame, frame] : [frame]);
    await writeAndSave('two ');
    await until(() => stateOf(bob, room).alarm === 'gap', 'noticed');
  });

  it('[RE2] that changes a bit of a record is noticed, and the record is not applied', async () => {
    const tabB = await bobJoins();
    bobsRelay.tamper = (frame) => {
      if (frame.type !== 'entry') return [frame];
      const record = frame.record.slice();
      // A bit of the signature: the seal itself still fits.
      record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
      return [{ ...frame, record }];
    };
    await writeAndSave('two ');
    await until(() => stateOf(bob, room).alarm === 'bad-record', 'noticed');
    expect(tabB.title).toBe('one ');
    bobsRelay.tamper = passOn;
    bobsRelay.cut();
    await until(() => stateOf(bob, room).alarm === 'forked' || stateOf(bob, room).failure === 'forked', 'fork noticed');
  });

  it('[CH2] that shows an older state than this device has seen is noticed, also after a restart', async () => {
    await bobJoins();
    await writeAndSave('two ');
    const opened = await bob.open(room);
    await until(() => (opened?.position.seq ?? 0) >= 3, 'Bob has it');
    const old = { seq: 1, hash: hashId(new Uint8Array(32).fill(5)) };
    bobsRelay.tamper = (frame) => (frame.type === 'opened' ? [{ ...frame, head: old, base: old }] : [frame]);
    bobsRelay.cut();
    await until(() => stateOf(bob, room).alarm === 'rolled-back', 'noticed');
    await bob.close();
    bob = (await startEngine(bobsRelay, bobsBoxes)).engine;
    await until(() => stateOf(bob, room).alarm === 'rolled-back', 'noticed again');
  });

  it('[CH2] that shows another log of the same length is noticed', async () => {
    await bobJoins();
    const other = hashId(new Uint8Array(32).fill(5));
    bobsRelay.tamper = (frame) =>
      frame.type === 'opened' ? [{ ...frame, head: { seq: frame.head.seq, hash: other } }] : [frame];
    bobsRelay.cut();
    await until(() => stateOf(bob, room).failure === 'forked', 'noticed');
  });

  /** In place of the second record, its hash alone. */
  const withhold = (frame: RelayFrame): RelayFrame[] =>
    frame.type === 'entry' && frame.seq === 2
      ? [{ type: 'stub', channel: frame.channel, seq: 2, recordHash: idBytes(recordHash(blake2b, frame.record)) }]
      : [frame];

  it('[FR4] that keeps a record back is asked for the whole log', async () => {
    let withheld = 0;
    bobsRelay.tamper = (frame) =>
      frame.type === 'entry' && frame.seq === 2 && ++withheld === 1 ? withhold(frame) : [frame];
    const tabB = await bobJoins();
    await until(() => tabB.title === 'one ', 'arrived');
    expect(withheld).toBe(2);
    expect(stateOf(bob, room)).toMatchObject({ alarm: 'bad-record', failure: null });
  });

  it('[FR4] that keeps a record back in the whole log too is given up', async () => {
    bobsRelay.tamper = withhold;
    await openShared(alice, bob, room, 'edit');
    await until(() => stateOf(bob, room).failure === 'untrusted-chain', 'given up');
  });

  it('[EP1] that invents a room under the link’s name is not believed, and nothing is shown', async () => {
    const other = await create(alice);
    const tab = await TestTab.open(alice, other);
    tab.type('a trap');
    await until(() => isSaved(alice, other), 'saved');
    const opened = await alice.open(other);
    const trap: { seq: number; record: Uint8Array }[] = [];
    const spy = new TamperingRelay(relay.url);
    spy.tamper = (frame) => {
      if (frame.type === 'entry') trap.push({ seq: frame.seq, record: frame.record.slice() });
      return [frame];
    };
    const carol = (await startEngine(spy)).engine;
    await openShared(alice, carol, other, 'edit');
    await TestTab.open(carol, other);
    await carol.close();
    expect(trap.length).toBeGreaterThan(1);
    expect(opened?.position.seq).toBeGreaterThan(1);
    bobsRelay.tamper = (frame) => {
      const entry = frame.type === 'entry' ? trap.find(({ seq }) => seq === frame.seq) : undefined;
      return frame.type === 'entry' && entry ? [{ ...frame, record: entry.record }] : [frame];
    };
    await openShared(alice, bob, room, 'edit');
    await until(() => stateOf(bob, room).phase === 'failed', 'refused');
    expect(['untrusted-chain', 'forked']).toContain(stateOf(bob, room).failure);
  });

  it('[LI1] a link that names an epoch which is not in the chain is not believed', async () => {
    const path = (await alice.links(room)).edit ?? '';
    const [place = '', fragment = ''] = path.split('#');
    const link = decodeLink(blake2b, place.replace('/d/', ''), fragment);
    const forged = encodeLink(blake2b, { ...link, epochHash: hashId(new Uint8Array(32).fill(9)) });
    await bob.openLink(room, forged.split('#')[1] ?? '');
    await until(() => stateOf(bob, room).failure === 'untrusted-chain', 'refused');
    expect(stateOf(bob, room).phase).toBe('failed');
  });

  it('that repeats a control record has the log told of nothing that did not count', async () => {
    let first: Uint8Array | null = null;
    bobsRelay.tamper = (frame) => {
      if (frame.type !== 'entry') return [frame];
      if (frame.seq === 1) first = frame.record.slice();
      return frame.seq === 3 && first ? [{ ...frame, record: first }] : [frame];
    };
    await bobJoins();
    await writeAndSave('two ');
    await until(() => stateOf(bob, room).alarm !== null, 'noticed');
    const events = (await bob.membership.security(room))?.events ?? [];
    const signed = events.filter(({ type }) => type !== 'refused' && type !== 'alarm');
    expect(new Set(signed.map(({ type }) => type))).toEqual(new Set(['created', 'link-made']));
    expect(events.find(({ type }) => type === 'refused')).toMatchObject({
      kind: 'epoch',
      count: 1,
      by: { device: alice.identity.device, principal: alice.identity.principal },
    });
  });

  it('[CO2] that shows two people different logs is noticed when one names its head to the other', async () => {
    const tabB = await bobJoins();
    // Bob is shown a record that is not in Alice's log: a copy of the last one, numbered anew. He takes it as void,
    // but his chain has left Alice's from there on.
    let inserted = false;
    bobsRelay.tamper = (frame) => {
      if (frame.type !== 'entry') return [frame];
      if (inserted) return [{ ...frame, seq: frame.seq + 1 }];
      inserted = true;
      return [frame, { ...frame, seq: frame.seq + 1 }];
    };
    await writeAndSave('two ');
    await until(() => tabB.title === 'one two ', 'arrived');
    await writeAndSave('three ');
    await until(() => stateOf(bob, room).alarm !== null, 'noticed');
    expect(['forked', 'bad-record']).toContain(stateOf(bob, room).alarm);
  });
});
