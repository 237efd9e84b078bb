import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Engine } from '../../../src/engine/engine.ts';
import { Ledger } from '../../../src/engine/rooms/admission.ts';
import { compactState } from '../../../src/engine/rooms/compact-state.ts';
import { seedOf } from '../../../src/engine/rooms/seed.ts';
import { encodeSnapshotBody } from '../../../src/engine/rooms/snapshot-body.ts';
import type { UpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { SEED_CLIENT_ID } from '../../../src/wire/document.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { MAX_UPDATE_BYTES } from '../../../src/wire/limits.ts';
import { CONTENT } from '../../../src/wire/record.ts';
import { HandMadeMember } from '../../support/hand-made-member.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, openShared, startEngine, stateOf, TestTab, until } from '../../support/node-engine.ts';

describe('a hostile member with an edit link', () => {
  let relay: LocalRelay;
  let alice: Engine;
  let bob: Engine;
  let room: RoomId;
  let tabA: TestTab;
  let tabB: TestTab;
  let mallory: HandMadeMember;

  beforeEach(async () => {
    relay = new LocalRelay();
    await relay.start();
    alice = (await startEngine(relay.url)).engine;
    bob = (await startEngine(relay.url)).engine;
    room = await create(alice);
    tabA = await TestTab.open(alice, room);
    tabA.type('alice ');
    await until(() => isSaved(alice, room), 'saved');
    await openShared(alice, bob, room, 'edit');
    tabB = await TestTab.open(bob, room);
    await until(() => tabB.title === 'alice ', 'arrived');
    mallory = await HandMadeMember.join(relay.url, (await alice.links(room)).edit ?? '');
  });
  afterEach(async () => {
    mallory.close();
    await alice.close();
    await bob.close();
    await relay.stop();
  });

  const docUnder: HandMadeMember['updateUnder'] = (...edit) => mallory.updateUnder(...edit);
  /** A document that has nothing of the room's, with this title by `clientId`. */
  const ownDoc = (clientId: number, title: string): Y.Doc => {
    const doc = new Y.Doc();
    doc.clientID = clientId;
    doc.getText('title').insert(0, title);
    return doc;
  };
  /** The room's, with an edit that nobody else has. */
  const docWithUnseen = (): Y.Doc => {
    const unseen = new Y.Doc();
    Y.applyUpdate(unseen, Y.encodeStateAsUpdate(mallory.doc));
    const edit = docUnder(mallory.claim(2).clientId, (doc) => doc.getText('title').insert(0, 'unseen'));
    Y.applyUpdate(unseen, edit);
    return unseen;
  };

  /** Alice and Bob are untouched, both are told, both go on writing, and a newcomer sees what they see. */
  const expectHarmless = async (alarm: 'bad-record' | 'disputed' = 'bad-record'): Promise<void> => {
    await until(() => stateOf(alice, room).alarm === alarm && stateOf(bob, room).alarm === alarm, 'both noticed');
    expect(tabA.title).toBe('alice ');
    tabA.type('writes ');
    await until(() => tabB.title === 'alice writes ', 'Alice goes on');
    tabB.type('and bob');
    await until(() => tabA.title === 'alice writes and bob', 'Bob goes on');
    await until(() => isSaved(alice, room) && isSaved(bob, room), 'all acknowledged');
    const carol = (await startEngine(relay.url)).engine;
    await openShared(alice, carol, room, 'view');
    const tabC = await TestTab.open(carol, room);
    expect(tabC.title).toBe('alice writes and bob');
    expect(Y.encodeStateVector(tabC.doc)).toEqual(Y.encodeStateVector(tabA.doc));
    await carol.close();
  };

  /** The relay cannot judge it, and peers can. */
  const expectRefusedByPeers = async (body: UpdateBody): Promise<void> => {
    expect(await mallory.update(body)).toBe('taken');
    await expectHarmless();
  };

  it('control: an honest update made by hand arrives', async () => {
    const claim = mallory.claim();
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(0, 'hi '));
    expect(await mallory.update({ claims: [claim], update })).toBe('taken');
    await until(() => tabA.title === 'hi alice ' && tabB.title === 'hi alice ', 'applied by both');
    expect(stateOf(alice, room).alarm).toBeNull();
  });

  it('[AD2] cannot write under another’s client id', async () => {
    const update = docUnder(tabA.doc.clientID, (doc) => doc.getText('title').insert(0, 'forged '));
    await expectRefusedByPeers({ claims: [], update });
  });

  it('[AD1] cannot claim an id that it has seen in a cursor before its owner used it', async () => {
    const update = docUnder(tabB.doc.clientID, (doc) => doc.getText('title').insert(0, 'squat '));
    const claims = [{ clientId: tabB.doc.clientID, nonce: new Uint8Array(16).fill(3) }];
    await expectRefusedByPeers({ claims, update });
  });

  it('[AD3] cannot reserve a clock range', async () => {
    const claim = mallory.claim();
    const doc = ownDoc(claim.clientId, 'abcdef');
    const before = Y.encodeStateVector(doc);
    doc.getMap('meta').set('colour', 'red'); // refers to nothing before it
    await expectRefusedByPeers({ claims: [claim], update: Y.encodeStateAsUpdate(doc, before) });
  });

  it('[AD4] cannot leave structs pending', async () => {
    const claim = mallory.claim();
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(3, '!'), docWithUnseen());
    await expectRefusedByPeers({ claims: [claim], update });
  });

  it('[AD5] cannot leave deletes pending', async () => {
    const update = docUnder(mallory.claim().clientId, (doc) => doc.getText('title').delete(0, 3), docWithUnseen());
    await expectRefusedByPeers({ claims: [], update });
  });

  it('[AD6] cannot send a document deeper than allowed', async () => {
    const claim = mallory.claim();
    const update = docUnder(claim.clientId, (doc) => {
      let type = doc.get('root', Y.XmlText);
      for (let i = 0; i < 200; i++) {
        const inner = new Y.XmlText();
        type.insertEmbed(0, inner);
        type = inner;
      }
    });
    await expectRefusedByPeers({ claims: [claim], update });
  });

  it('[AD7] cannot send more than one update may hold: the relay’s limit is above it, so peers refuse', async () => {
    const claim = mallory.claim();
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(0, 'x'.repeat(MAX_UPDATE_BYTES)));
    await expectRefusedByPeers({ claims: [claim], update });
  });

  it('[AD8] cannot send encoding V2', async () => {
    const claim = mallory.claim();
    const doc = ownDoc(claim.clientId, 'second encoding');
    await expectRefusedByPeers({ claims: [claim], update: Y.encodeStateAsUpdateV2(doc) });
  });

  it('[AD8] cannot send what is no Yjs update at all, nor what is not sealed under the room’s key', async () => {
    expect(await mallory.update({ claims: [], update: new Uint8Array([255, 255, 255]) })).toBe('taken');
    const record = mallory.sealed('update', new Uint8Array(10));
    expect(await mallory.append(record)).toBe('taken');
    await expectHarmless();
  });

  it('[AD2] cannot write under the seed’s id', async () => {
    const doc = ownDoc(SEED_CLIENT_ID, 'seed');
    await expectRefusedByPeers({ claims: [], update: Y.encodeStateAsUpdate(doc) });
  });

  it('[SN3] cannot rewrite history by a false snapshot: those who hold the state object, newcomers do not start from it', async () => {
    const cover = mallory.reader.position;
    const noSnapshot = mallory.sealed('snapshot', new Uint8Array(300), { cover });
    expect(await mallory.append(noSnapshot)).toBe('taken');
    await expectHarmless();
    await until(() => mallory.reader.access?.disputed.size === 1, 'an objection is in the log');
  });

  it('[SN3] cannot rewrite history by a well-formed snapshot that says something else', async () => {
    // A state that stands by itself, with a ledger that fits it: only who holds the log can tell that it is false.
    const claim = mallory.claim();
    const ledger = new Ledger(room, CONTENT);
    const seed = seedOf(CONTENT) ?? new Uint8Array();
    ledger.seed(seed);
    const other = new Y.Doc();
    Y.applyUpdate(other, seed);
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(0, 'alice never wrote this'), other);
    const judged = ledger.judge(mallory.identity.device, { claims: [claim], update });
    if (!judged.ok) throw new Error(judged.reason);
    ledger.admit(judged.value);
    Y.applyUpdate(other, update);
    const { reader } = mallory;
    const plain = encodeSnapshotBody({
      counters: reader.counters,
      controlChain: reader.controlChain,
      coveredBefore: 0,
      ledger: ledger.encode(),
      state: compactState(Y.encodeStateAsUpdate(other), ledger.clients),
    });
    const cover = mallory.reader.position;
    expect(await mallory.append(mallory.sealed('snapshot', plain, { cover }))).toBe('taken');
    // Somebody who comes before the objection starts from it, and is put right when it arrives.
    const dave = (await startEngine(relay.url)).engine;
    await openShared(alice, dave, room, 'edit');
    expect((await TestTab.open(dave, room)).title).toBe('alice never wrote this');
    await until(() => stateOf(dave, room).generation > 1, 'rebuilt from the log');
    expect((await TestTab.open(dave, room)).title).toBe('alice ');
    await dave.close();
    await until(() => (mallory.reader.access?.disputed.size ?? 0) > 0, 'an objection is in the log');
    await expectHarmless('disputed');
  });

  it('[CO1] the relay refuses a replayed counter, an epoch that is over, a head before the epoch and one of the future', async () => {
    const claim = mallory.claim();
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(0, 'x'));
    const body = { claims: [claim], update };
    expect(await mallory.update(body, { counter: 1 })).toBe('replayed-counter');
    expect(await mallory.update(body, { epoch: 0 })).toBe('stale-epoch');
    expect(await mallory.update(body, { epoch: 2 })).toBe('bad-epoch');
    expect(await mallory.update(body, { head: { ...mallory.reader.position, seq: 0 } })).toBe('stale-head');
    expect(await mallory.update(body, { head: { ...mallory.reader.position, seq: 99 } })).toBe('unknown-head');
    expect(tabA.title).toBe('alice ');
  });

  it('[RO1] with the view link it can neither write nor introduce itself', async () => {
    const viewer = await HandMadeMember.join(relay.url, (await alice.links(room)).view ?? '', true);
    const claim = viewer.claim();
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(0, 'x'));
    expect(await viewer.update({ claims: [claim], update })).toBe('unknown-device');
    expect(await viewer.introduce()).toBe('wrong-role');
    expect(await viewer.update({ claims: [claim], update })).toBe('unknown-device');
    expect(tabA.title).toBe('alice ');
    viewer.close();
  });

  it('[RE2] a record of somebody else’s making is refused', async () => {
    const claim = mallory.claim();
    const update = docUnder(claim.clientId, (doc) => doc.getText('title').insert(0, 'x'));
    expect(await mallory.update({ claims: [claim], update }, { sender: alice.identity.device })).toBe('unknown-device');
    const record = mallory.sealed('update', new Uint8Array(5));
    record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
    expect(await mallory.append(record)).toBe('bad-signature');
  });
});
