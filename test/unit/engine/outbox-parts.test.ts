import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Engine } from '../../../src/engine/engine.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { ZERO_HASH } from '../../../src/wire/ids.ts';
import { MAX_CHANGES_PER_UPDATE, MAX_UPDATE_BYTES } from '../../../src/wire/limits.ts';
import { Desk, write } from '../../support/desk.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { create, isSaved, openShared, startEngine, stateOf, TestTab, until } from '../../support/node-engine.ts';

beforeAll(sodiumReady);

const LETTERS = MAX_UPDATE_BYTES / 2;

describe('an edit that is more than a record may hold', () => {
  it('[AD7] goes in parts: a text of several records, selected, deleted and put back at once', () => {
    const desk = new Desk();
    const text = 'abcdefgh'.repeat(LETTERS / 3);
    desk.edit(write(text));
    desk.sendAll();
    expect(desk.records).toBeGreaterThan(1);
    expect(desk.title).toBe(text);
    desk.edit((doc) => {
      doc.getText('title').delete(0, text.length);
      doc.getText('title').insert(0, `${text}!`);
    });
    desk.sendAll();
    expect(desk.title).toBe(`${text}!`);
    expect(desk.outbox.waiting).toBe(0);
    expect(desk.vaultMine).toEqual([]);
  });

  it('[AD10] goes in parts when it has too many structs and deletions', () => {
    const desk = new Desk();
    desk.edit(write('x'.repeat(20_000)));
    desk.sendAll();
    desk.edit((doc) => {
      const title = doc.getText('title');
      for (let at = 0; at < MAX_CHANGES_PER_UPDATE; at++) title.delete(at, 1);
      for (let at = 0; at < MAX_CHANGES_PER_UPDATE; at += 2) title.insert(at, 'y');
    });
    const seen = desk.held.doc.getText('title').toString();
    desk.records = 0;
    desk.sendAll();
    expect(desk.records).toBeGreaterThan(1);
    expect(desk.title).toBe(seen);
  });

  it('[AD11] many edits that are hard to place go a few at a time', () => {
    const desk = new Desk();
    const [low = 0, high = 0] = [...desk.clients].sort((a, b) => a - b);
    // Two windows typed at the very beginning, apart.
    const [mine, other] = [low, high].map((client) => {
      const tab = new Y.Doc();
      tab.clientID = client;
      const updates: Uint8Array[] = [];
      tab.on('update', (update: Uint8Array) => updates.push(update));
      for (let i = 0; i < 600; i++) tab.getText('title').insert(0, client === low ? 'l' : 'h');
      return updates;
    });
    for (const update of mine ?? []) desk.add(update);
    desk.sendAll();
    desk.records = 0;
    desk.add(Y.mergeUpdates(other ?? []));
    desk.sendAll();
    expect(desk.records).toBeGreaterThan(3);
    expect(desk.title).toBe(desk.held.doc.getText('title').toString());
    expect(desk.title).toHaveLength(1_200);
  });

  it('[FR6] after a restart in the middle sends the rest, and nothing twice but deletions', () => {
    const text = 'abcdefgh'.repeat(LETTERS / 3);
    for (const isAcknowledged of [true, false])
      for (let crashAt = 1; crashAt < 5; crashAt++) {
        const desk = new Desk();
        desk.edit(write('old text'));
        desk.sendAll();
        desk.edit((doc) => {
          doc.getText('title').delete(0, 4);
          doc.getText('title').insert(0, text);
        });
        desk.edit((doc) => doc.getText('title').insert(0, 'and on '));
        const seen = desk.held.doc.getText('title').toString();
        for (let sent = 0; sent < crashAt; sent++) {
          const flight = desk.next();
          if (flight) desk.take(flight, sent < crashAt - 1 || isAcknowledged);
        }
        if (isAcknowledged) desk.restart();
        expect(desk.held.doc.getText('title').toString()).toBe(seen);
        desk.sendAll();
        expect(desk.title).toBe(seen);
        expect(desk.vaultMine).toEqual([]);
      }
  });

  it('[AD11] edits of a record that does not count because others came first stay, and go again, fewer at a time', () => {
    const desk = new Desk();
    for (const letter of 'abcdefgh') desk.edit(write(letter));
    const lost = desk.next();
    expect(lost?.count).toBe(8);
    desk.outbox.shrink(lost?.hash ?? ZERO_HASH);
    expect(desk.outbox).toMatchObject({ flight: null, waiting: 8 });
    const again = desk.next();
    expect(again?.count).toBe(4);
    if (again) desk.take(again);
    desk.sendAll();
    expect(desk.title).toBe('hgfedcba');
  });

  it('[AD7] is refused as a whole, before any of it is sent, when the document has no room for all of it', () => {
    const desk = new Desk();
    for (let i = 0; i < 7; i++) {
      desk.edit(write('x'.repeat(MAX_UPDATE_BYTES - 1_000)));
      desk.sendAll();
    }
    desk.records = 0;
    desk.edit(write('y'.repeat(2 * MAX_UPDATE_BYTES)));
    expect(desk.outbox.next(desk.held.reader)).toMatchObject({ ok: false, reason: 'document-full' });
  });

  it('[AD7] stays refused when one thing alone is too large', () => {
    const desk = new Desk();
    desk.edit((doc) => doc.getMap('meta').set('k', 'x'.repeat(MAX_UPDATE_BYTES)));
    expect(desk.outbox.next(desk.held.reader)).toMatchObject({ ok: false, reason: 'too-large' });
  });
});

describe('a long edit from an engine to another', () => {
  let relay: LocalRelay;
  let alice: Engine;
  let bob: Engine;
  beforeEach(async () => {
    relay = new LocalRelay();
    await relay.start();
    alice = (await startEngine(relay.url)).engine;
    bob = (await startEngine(relay.url)).engine;
  });
  afterEach(async () => {
    await alice.close();
    await bob.close();
    await relay.stop();
  });

  it('[AD10] arrives whole when it is more structs than a record may have, and the tab keeps its document', async () => {
    const room = await create(alice);
    const tab = await TestTab.open(alice, room);
    const title = tab.doc.getText('title');
    tab.doc.transact(() => {
      for (let i = 0; i < MAX_CHANGES_PER_UPDATE + 500; i++) title.insert(0, String(i % 10));
    });
    const typed = tab.title;
    expect(typed.length).toBe(MAX_CHANGES_PER_UPDATE + 500);
    await until(() => isSaved(alice, room), 'saved');
    expect(stateOf(alice, room)).toMatchObject({ generation: 1, rescued: false, alarm: null });
    await openShared(alice, bob, room, 'edit');
    const other = await TestTab.open(bob, room);
    await until(() => other.title === typed, 'arrived');
  });

  it('[AD7] arrives whole, without a refusal or a rescued copy', async () => {
    const room = await create(alice);
    const tab = await TestTab.open(alice, room);
    const text = 'a long text '.repeat(LETTERS / 4);
    tab.type(text);
    tab.type('!');
    await until(() => isSaved(alice, room), 'saved');
    expect(stateOf(alice, room)).toMatchObject({ saved: { at: 'relay' }, rescued: false, alarm: null });
    await openShared(alice, bob, room, 'edit');
    const other = await TestTab.open(bob, room);
    await until(() => other.title === `${text}!`, 'arrived');
    expect(stateOf(bob, room).alarm).toBeNull();
  });
});
