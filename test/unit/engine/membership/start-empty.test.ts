import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import type { Engine } from '../../../../src/engine/engine.ts';
import type { SnapshotLimits } from '../../../../src/engine/ports.ts';
import { textOf } from '../../../../src/engine/rooms/document-text.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from '../../../../src/engine/rooms/snapshot-policy.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { ROOT_NAME } from '../../../../src/wire/document.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { accountDevices, PASSWORD } from '../../../support/account-devices.ts';
import { HostileServer, signUp, value } from '../../../support/account-engine.ts';
import { copyOf, copyOfVault, lootOf, opened, unwrapped } from '../../../support/copied-log.ts';
import { isSaved, stateOf, TestTab, until } from '../../../support/node-engine.ts';

/** Every record is worth a snapshot. */
const EAGER: SnapshotLimits = { ...DEFAULT_SNAPSHOT_LIMITS, minLogBytes: 1, lastWriterDelayMs: 5, othersDelayMs: 5 };
const NO_TERMS = { password: null, lastsMs: null, maxUses: null };

/** Writes into the first paragraph. */
function write({ doc }: TestTab, words: string): void {
  const [first] = doc.get(ROOT_NAME, Y.XmlText).toDelta() as { insert: Y.XmlText }[];
  first?.insert.insert(0, words);
}

/** The parts of a document that can be read on this device: when each was closed no test knows. */
async function partsOn(engine: Engine, room: RoomId) {
  const parts = await engine.membership.earlierParts(room);
  return Promise.all(
    parts.map(async ({ segment, cameIn }) => {
      const doc = new Y.Doc();
      Y.applyUpdate(doc, (await engine.membership.earlierPart(room, segment)) ?? expect.fail());
      return { text: textOf(doc), cameIn: cameIn.map(({ name, kind }) => name ?? kind) };
    }),
  );
}

describe('a document where newcomers start empty', () => {
  const devices = accountDevices();

  async function people<const Names extends readonly string[]>(
    ...names: Names
  ): Promise<Record<Names[number], Engine>> {
    const entries = names.map(async (name) => {
      const engine = await devices.start();
      await signUp(engine, name, PASSWORD);
      return [name, engine] as const;
    });
    return Object.fromEntries(await Promise.all(entries)) as Record<Names[number], Engine>;
  }

  async function begin(ada: Engine, words: string): Promise<RoomId> {
    const made = await ada.createDocument('start-empty');
    const room = made.ok ? made.value : expect.fail();
    await add(ada, room, words, 'Plan');
    return room;
  }

  /** Types in a tab, until the relay has it. */
  async function add(engine: Engine, room: RoomId, words: string, title = ''): Promise<void> {
    const tab = await TestTab.open(engine, room);
    await until(() => tab.doc.get(ROOT_NAME, Y.XmlText).length > 0, 'the tab shows it');
    if (title !== '') tab.type(title);
    write(tab, words);
    await until(() => isSaved(engine, room), `${words} is saved`);
    tab.close();
  }

  async function letIn(owner: Engine, guest: Engine, name: string, room: RoomId, role: 'owner' | 'editor' = 'editor') {
    value(await owner.membership.invite(room, name, role));
    value(await guest.membership.lookForInvitations());
    value(await guest.membership.acceptInvitation(room));
  }

  const textIn = async (engine: Engine, room: RoomId): Promise<string> =>
    textOf((await engine.open(room))?.doc as Y.Doc);

  it('[SG2] [SG3] shows a newcomer an empty page under the old title, and none of its keys opens anything before', async () => {
    const boxes = new MemoryBoxStore();
    const ada = await devices.start(undefined, { snapshotLimits: EAGER });
    const bob = await devices.start(boxes);
    await signUp(ada, 'ada', PASSWORD);
    await signUp(bob, 'bob', PASSWORD);
    const room = await begin(ada, 'among us');
    expect(await ada.links(room)).toEqual({ edit: null, view: null });
    expect(stateOf(ada, room)).toMatchObject({ part: 0, earlierParts: 0 });
    const { store } = devices.server;
    const before = await copyOf(store, room);
    await letIn(ada, bob, 'bob', room);
    await until(() => stateOf(bob, room).title === 'Plan', 'under its title');
    expect(await textIn(bob, room)).toBe('Plan');
    expect(stateOf(bob, room)).toMatchObject({ part: 1, earlierParts: 0, alarm: null, failure: null });
    await add(bob, room, 'hello');
    await until(() => stateOf(ada, room).part === 1, 'the next part');
    await add(ada, room, 'welcome, ');
    await show([ada, bob], room, 'Plan\nwelcome, hello');
    expect(await partsOn(ada, room)).toEqual([{ text: 'Plan\namong us', cameIn: ['bob'] }]);
    expect(await partsOn(bob, room)).toEqual([]);

    const loot = await lootOf(boxes);
    const has = [...((await bob.open(room))?.secrets ?? []).map(({ secret }) => secret), ...loot.secrets];
    const secrets = [...has, ...(await unwrapped(store, room, loot))];
    const log = await copyOf(store, room);
    const earlier = log.filter(({ header }) => header.stream.class === 'content' && header.stream.segment === 0);
    const later = log.filter(({ header }) => header.stream.class === 'content' && header.stream.segment === 1);
    expect(earlier.length).toBeGreaterThanOrEqual(before.length - 1);
    for (const kind of ['update', 'snapshot'] as const) {
      expect(opened([...log.filter(isEpoch), ...earlier], secrets, kind)).toBe(0);
      // The controls: its keys open what came later, and what came before opens by the maker's.
      expect(opened([...log.filter(isEpoch), ...later], secrets, kind)).toBeGreaterThan(0);
      const all = ((await ada.open(room)) ?? expect.fail()).secrets.map(({ secret }) => secret);
      expect(opened([...log.filter(isEpoch), ...earlier], all, kind)).toBeGreaterThan(0);
    }
  });

  it('keeps the earlier part through restarts, also when the log that held it was cut', async () => {
    const boxes = new MemoryBoxStore();
    const ada = await devices.start(boxes);
    await signUp(ada, 'ada', PASSWORD);
    const room = await begin(ada, 'one');
    const kept = [{ text: 'Plan\none', cameIn: ['link'] }];
    value(await ada.membership.makeLink(room, 'editor', NO_TERMS));
    const opened = (await ada.open(room)) ?? expect.fail();
    await until(() => stateOf(ada, room).earlierParts === 1, 'closed');
    const uncut = await copyOfVault(boxes);
    // The snapshot that is owed for whoever comes by the link is adopted here, and takes the place of all before it.
    await until(() => opened.keptRecords <= 1, 'the log is cut');
    await ada.flush();
    expect(await partsOn(ada, room)).toEqual(kept);
    await devices.stop(ada);
    for (const copy of [uncut, boxes]) {
      const again = await devices.start(copy);
      expect(await partsOn(again, room)).toEqual(kept);
      expect(await textIn(again, room)).toBe('Plan');
      await devices.stop(again);
    }
  });

  it('shows whoever comes by a link what was written since it was made', async () => {
    const { ada } = await people('ada');
    const visitor = await devices.start();
    const room = await begin(ada, 'before');
    value(await ada.membership.makeLink(room, 'viewer', NO_TERMS));
    await add(ada, room, 'since');
    const [path = '', fragment = ''] = ((await ada.links(room)).view ?? '').split('#');
    expect(await visitor.openLink(path.replace('/d/', ''), fragment)).toMatchObject({ ok: true });
    await until(() => stateOf(visitor, room).phase === 'ready', 'reads');
    await show([visitor], room, 'Plan\nsince');
  });

  it('[SG3] keeps as a copy what somebody wrote offline across two changes, and goes on', async () => {
    const { ada, bob, dave } = await people('ada', 'bob', 'dave');
    const line = new HostileServer(devices.server.origin);
    const carol = await devices.start(undefined, { http: line.http, relay: line.relay });
    await signUp(carol, 'carol', PASSWORD);
    const room = await begin(ada, 'zero');
    await letIn(ada, carol, 'carol', room);
    await add(carol, room, 'one');
    line.cut();
    const tab = await TestTab.open(carol, room);
    await until(() => tab.title === 'Plan', 'shown');
    write(tab, 'typed in a tunnel, ');
    await letIn(ada, bob, 'bob', room);
    await add(bob, room, 'two');
    await letIn(ada, dave, 'dave', room);
    await add(dave, room, 'three');
    line.mend();
    carol.nudge();
    await until(() => stateOf(carol, room).part === 3 && stateOf(carol, room).caughtUp, 'caught up');
    expect(await carol.rescued(room)).toEqual(['Plan\ntyped in a tunnel, one']);
    expect(stateOf(carol, room)).toMatchObject({
      saved: { at: 'refused', reason: 'closed-segment' },
      rescued: true,
      alarm: null,
      failure: null,
    });
    await show([carol], room, 'Plan\nthree');
    expect((await partsOn(carol, room)).map(({ text }) => text)).toEqual(['Plan\none', 'Plan\ntwo']);
    await carol.discardRescued(room);
    await add(carol, room, 'back in ');
    await show([dave], room, 'Plan\nback in three');
  });

  it('takes both in where two owners let two people in at once', async () => {
    const { ada, bob, carol, dave } = await people('ada', 'bob', 'carol', 'dave');
    const room = await begin(ada, 'zero');
    await letIn(ada, carol, 'carol', room, 'owner');
    await add(carol, room, 'one');
    await show([ada], room, 'Plan\none');
    await Promise.all([letIn(ada, bob, 'bob', room), letIn(carol, dave, 'dave', room)]);
    const all = [ada, bob, carol, dave];
    await until(() => all.every((engine) => stateOf(engine, room).part === 3), 'two parts later');
    await show(all, room, 'Plan');
    await add(dave, room, 'all here');
    await show(all, room, 'Plan\nall here');
    for (const engine of all)
      expect(stateOf(engine, room)).toMatchObject({ rescued: false, alarm: null, failure: null });
    for (const owner of [ada, carol]) expect((await partsOn(owner, room)).at(-1)?.text).toBe('Plan\none');
  });

  it('goes on under the title although the device that let somebody in crashed before it heard of its epoch', async () => {
    const boxes = new MemoryBoxStore();
    const line = new HostileServer(devices.server.origin);
    const ada = await devices.start(boxes, { http: line.http, relay: line.relay });
    await signUp(ada, 'ada', PASSWORD);
    const room = await begin(ada, 'before');
    line.holdBack(room);
    void ada.membership.makeLink(room, 'editor', NO_TERMS);
    const { store } = devices.server;
    const lastKind = async () => (await copyOf(store, room)).at(-1)?.header.kind;
    while ((await lastKind()) !== 'epoch') await new Promise((resolve) => setTimeout(resolve, 20));
    await ada.flush();
    const crashed = await copyOfVault(boxes);
    line.cut();
    await devices.stop(ada);
    line.release();
    line.mend();
    const again = await devices.start(crashed, { http: line.http, relay: line.relay });
    await until(() => stateOf(again, room).part === 1 && stateOf(again, room).title === 'Plan', 'goes on');
    await until(() => isSaved(again, room), 'saved');
    expect(await partsOn(again, room)).toEqual([{ text: 'Plan\nbefore', cameIn: ['link'] }]);
    expect(stateOf(again, room)).toMatchObject({ rescued: false, alarm: null, failure: null });
  });

  it('sends what is typed here before it lets somebody in', async () => {
    const { ada, bob } = await people('ada', 'bob');
    const room = await begin(ada, 'sent');
    const tab = await TestTab.open(ada, room);
    await until(() => tab.title === 'Plan', 'shown');
    for (let i = 0; i < 20; i++) write(tab, `${i} `);
    await letIn(ada, bob, 'bob', room);
    expect(stateOf(ada, room)).toMatchObject({ rescued: false, part: 1 });
    expect((await partsOn(ada, room))[0]?.text).toMatch(/^Plan\n19 18 .*0 sent$/);
  });

  it('keeps what a visitor has read, and had not sent, when that visitor comes in by name', async () => {
    const { ada } = await people('ada');
    const line = new HostileServer(devices.server.origin);
    const bob = await devices.start(undefined, { http: line.http, relay: line.relay });
    await signUp(bob, 'bob', PASSWORD);
    const room = await begin(ada, 'before');
    value(await ada.membership.makeLink(room, 'editor', NO_TERMS));
    await add(ada, room, 'for whoever comes');
    const [path = '', fragment = ''] = ((await ada.links(room)).edit ?? '').split('#');
    expect(await bob.openLink(path.replace('/d/', ''), fragment)).toMatchObject({ ok: true });
    await show([bob], room, 'Plan\nfor whoever comes');
    await add(bob, room, 'seen, ');
    line.cut();
    const tab = await TestTab.open(bob, room);
    await until(() => tab.title === 'Plan', 'shown');
    write(tab, 'not sent, ');
    value(await ada.membership.invite(room, 'bob', 'editor'));
    value(await bob.membership.lookForInvitations());
    const accepted = bob.membership.acceptInvitation(room);
    await until(() => stateOf(bob, room).phase === 'opening', 'begins anew');
    line.mend();
    bob.nudge();
    value(await accepted);
    await until(() => stateOf(bob, room).part === 2, 'in by name');
    expect(await partsOn(bob, room)).toEqual([{ text: 'Plan\nseen, for whoever comes', cameIn: ['bob'] }]);
    expect(await bob.rescued(room)).toEqual(['Plan\nnot sent, seen, for whoever comes']);
    await show([bob], room, 'Plan');
    await add(bob, room, 'goes on');
    await show([ada], room, 'Plan\ngoes on');
  });
});

const isEpoch = ({ header }: { readonly header: { readonly kind: string } }): boolean => header.kind === 'epoch';

/** Until all of them show this. */
async function show(engines: readonly Engine[], room: RoomId, text: string): Promise<void> {
  for (const engine of engines) {
    const opened = (await engine.open(room)) ?? expect.fail();
    await until(() => textOf(opened.doc) === text, `shows ${text}`);
  }
}
