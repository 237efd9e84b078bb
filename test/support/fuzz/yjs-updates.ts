/**
 * Yjs updates to be judged: honest ones from documents with text, maps, nested types and deletions, and hand-made ones whose
 * layout is right while what they refer to is anything.
 */
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { META_NAME, ROOT_NAME, TITLE_NAME } from '../../../src/wire/document.ts';
import type { FuzzRandom } from './fuzz-random.ts';

/** One small edit, as a person or an editor makes it. */
export function editOnce(doc: Y.Doc, random: FuzzRandom): void {
  const title = doc.getText(TITLE_NAME);
  const root = doc.get(ROOT_NAME, Y.XmlText);
  const meta = doc.getMap(META_NAME);
  switch (random.below(8)) {
    case 0:
    case 1:
      return title.insert(random.below(title.length + 1), random.pick(['a', 'word ', 'é', '😀', 'x'.repeat(30)]));
    case 2:
      return removeSome(title, random);
    case 3:
      return void meta.set(random.pick(['a', 'b', 'c']), random.pick([1, 'text', null, true, { deep: [1, 2] }]));
    case 4: {
      const paragraph = new Y.XmlText();
      root.insertEmbed(random.below(root.length + 1), paragraph);
      paragraph.setAttribute('__type', 'paragraph');
      return paragraph.insert(0, 'line');
    }
    case 5:
      return removeSome(root, random);
    case 6:
      return void meta.set('list', random.once(2) ? new Y.Array() : new Y.Map());
    default: {
      const list = meta.get('list');
      if (list instanceof Y.Array) return list.insert(random.below(list.length + 1), [random.below(9), 'item']);
      if (list instanceof Y.Map) list.set('inner', new Y.Text('deep'));
    }
  }
}

function removeSome(text: Y.Text, random: FuzzRandom): void {
  if (text.length === 0) return;
  const at = random.below(text.length);
  text.delete(at, Math.min(text.length - at, random.between(1, 6)));
}

/** What `edits` edits under `clientId` on top of `base` come to. */
export function editedUpdate(base: Uint8Array, clientId: number, random: FuzzRandom, edits: number): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, base);
  doc.clientID = clientId;
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  const before = Y.encodeStateVector(doc);
  for (let i = 0; i < edits; i++) editOnce(doc, random);
  // Both ways in which an engine may put edits together.
  return updates.length > 0 && random.once(2) ? Y.mergeUpdates(updates) : Y.encodeStateAsUpdate(doc, before);
}

type Id = readonly [client: number, clock: number];

/** Clients that a hand-made update may write under and refer to, with the clocks that are taken. */
export type KnownClocks = { readonly own: readonly Id[]; readonly others: readonly Id[] };

/** Writes the layout of encoding V1 (yjs/src/utils/encoding.js). Mostly what it refers to exists, so that it gets far. */
export function handMadeUpdate(known: KnownClocks, random: FuzzRandom): Uint8Array {
  const some = known.own.slice(0, random.between(1, known.own.length));
  // Now and then a client has a second block.
  const clients = random.once(20) ? [...some, random.pick(some)] : some;
  const next = new Map([...known.own, ...known.others]);
  const someId = (): Id => {
    const [client, clock] = random.pick([...known.own, ...known.others]);
    return random.once(40)
      ? [random.u53(), random.below(9)]
      : [client, random.below(Math.max(1, next.get(client) ?? clock))];
  };
  return encoding.encode((out) => {
    encoding.writeVarUint(out, clients.length);
    for (const [client, clock] of clients) {
      const count = random.between(1, 6);
      encoding.writeVarUint(out, count);
      encoding.writeVarUint(out, client);
      const from = next.get(client) ?? clock;
      encoding.writeVarUint(out, random.once(30) ? from + random.below(3) : from);
      for (let i = 0; i < count; i++) {
        const length = writeStruct(out, random, someId);
        next.set(client, (next.get(client) ?? clock) + length);
      }
    }
    writeDeletes(out, random, next);
  });
}

/** Returns the struct's length in clocks. */
function writeStruct(out: encoding.Encoder, random: FuzzRandom, someId: () => Id): number {
  const content = random.pick([0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 7, 8, 8]);
  const hasOrigin = content > 0 && random.once(2);
  const hasRight = content > 0 && random.once(3);
  const hasKey = content > 0 && !hasOrigin && !hasRight && random.once(3);
  encoding.writeUint8(out, content | (hasOrigin ? 0x80 : 0) | (hasRight ? 0x40 : 0) | (hasKey ? 0x20 : 0));
  if (content === 0) return writeLength(out, random);
  for (const present of [hasOrigin, hasRight]) if (present) writeId(out, someId());
  if (!hasOrigin && !hasRight) {
    const inRoot = random.once(2);
    encoding.writeVarUint(out, inRoot ? 1 : 0);
    if (inRoot) encoding.writeVarString(out, random.pick([ROOT_NAME, TITLE_NAME, META_NAME]));
    else writeId(out, someId());
    if (hasKey) encoding.writeVarString(out, random.pick(['a', 'b', 'list']));
  }
  return writeContent(out, content, random);
}

function writeContent(out: encoding.Encoder, content: number, random: FuzzRandom): number {
  const text = random.pick(['x', 'abc', 'é', '😀']);
  switch (content) {
    case 1: // deleted
      return writeLength(out, random);
    case 2: // JSON
      encoding.writeVarUint(out, 2);
      encoding.writeVarString(out, random.pick(['1', '"a"', 'undefined', '{"a":1}']));
      encoding.writeVarString(out, 'null');
      return 2;
    case 3: // binary
      encoding.writeVarUint8Array(out, random.bytes(3));
      return 1;
    case 4: // string
      encoding.writeVarString(out, text);
      return text.length;
    case 5: // embed
      encoding.writeVarString(out, '{"image":1}');
      return 1;
    case 6: // format
      encoding.writeVarString(out, random.pick(['bold', 'italic']));
      encoding.writeVarString(out, random.pick(['true', 'null']));
      return 1;
    case 7: // type: array, map, text, xml fragment, xml text
      encoding.writeVarUint(out, random.pick([0, 1, 2, 4, 6]));
      return 1;
    default: // any
      encoding.writeVarUint(out, 1);
      encoding.writeAny(out, random.pick([1, 'text', null, true]));
      return 1;
  }
}

function writeLength(out: encoding.Encoder, random: FuzzRandom): number {
  const length = random.once(20) ? random.u53() : random.between(1, 4);
  encoding.writeVarUint(out, length);
  return length;
}

function writeId(out: encoding.Encoder, [client, clock]: Id): void {
  encoding.writeVarUint(out, client);
  encoding.writeVarUint(out, clock);
}

function writeDeletes(out: encoding.Encoder, random: FuzzRandom, next: ReadonlyMap<number, number>): void {
  const clients = [...next].filter(([, clock]) => clock > 0 && random.once(3));
  encoding.writeVarUint(out, clients.length);
  for (const [client, clock] of clients) {
    encoding.writeVarUint(out, client);
    encoding.writeVarUint(out, 1);
    const from = random.below(Math.min(clock, 2 ** 31));
    encoding.writeVarUint(out, from);
    encoding.writeVarUint(out, random.once(30) ? clock : Math.max(1, random.below(clock - from + 1)));
  }
}
