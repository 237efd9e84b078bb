/**
 * How a box lies in its Yjs document: a map of values, and one array for each list. The names of lists are read from the
 * document's roots, so nobody has to keep them elsewhere.
 */
import * as Y from 'yjs';
import type { BoxChange, BoxContents } from '../../engine/ports.ts';

const VALUES = 'values';
const LIST_PREFIX = 'list:';

const valuesOf = (doc: Y.Doc): Y.Map<Uint8Array> => doc.getMap(VALUES);
const listOf = (doc: Y.Doc, name: string): Y.Array<Uint8Array> => doc.getArray(`${LIST_PREFIX}${name}`);

/** Copies of everything in the box. Lists without items are left out. */
export function readContents(doc: Y.Doc): BoxContents {
  const values = new Map([...valuesOf(doc)].map(([key, value]) => [key, value.slice()]));
  const lists = new Map<string, Uint8Array[]>();
  for (const root of [...doc.share.keys()]) {
    if (!root.startsWith(LIST_PREFIX)) continue;
    const name = root.slice(LIST_PREFIX.length);
    const items = listOf(doc, name).map((item) => item.slice());
    if (items.length > 0) lists.set(name, items);
  }
  return { values, lists };
}

/** Takes one change back. Changes made after it must have been taken back before. */
export type Undo = (doc: Y.Doc) => void;

/** In one Yjs transaction, and so in one update. @throws RangeError before anything is changed */
export function applyChange(doc: Y.Doc, change: BoxChange): Undo {
  const lists = Object.entries(change.lists ?? {});
  for (const [name, { drop = 0 }] of lists) {
    if (drop > listOf(doc, name).length) throw new RangeError(`list ${name} has fewer than ${drop} items`);
  }
  const undos: Undo[] = [];
  doc.transact(() => {
    for (const [key, value] of Object.entries(change.values ?? {})) undos.push(setValue(doc, key, value));
    for (const [name, { drop = 0, append = [] }] of lists) undos.push(changeList(doc, name, drop, append));
  });
  return (target) =>
    target.transact(() => {
      for (const undo of undos.toReversed()) undo(target);
    });
}

function setValue(doc: Y.Doc, key: string, value: Uint8Array | null): Undo {
  const values = valuesOf(doc);
  const before = values.get(key);
  // The copy keeps a view from holding on to the whole message that it was cut from.
  if (value !== null) values.set(key, value.slice());
  else if (before !== undefined) values.delete(key);
  return (target) => {
    if (before !== undefined) valuesOf(target).set(key, before);
    else valuesOf(target).delete(key);
  };
}

function changeList(doc: Y.Doc, name: string, drop: number, append: readonly Uint8Array[]): Undo {
  const list = listOf(doc, name);
  const dropped = list.slice(0, drop);
  if (drop > 0) list.delete(0, drop);
  if (append.length > 0) list.push(append.map((item) => item.slice()));
  return (target) => {
    const now = listOf(target, name);
    if (append.length > 0) now.delete(now.length - append.length, append.length);
    if (dropped.length > 0) now.insert(0, dropped);
  };
}

/** Bytes that the box's owner stored, without what Yjs remembers about them. */
export function liveBytes({ values, lists }: BoxContents): number {
  let bytes = 0;
  for (const value of values.values()) bytes += value.length;
  for (const items of lists.values()) for (const item of items) bytes += item.length;
  return bytes;
}

/** A new document with the same contents and no memory of what was deleted. */
export function documentOf({ values, lists }: BoxContents): Y.Doc {
  const doc = new Y.Doc();
  applyChange(doc, {
    values: Object.fromEntries(values),
    lists: Object.fromEntries([...lists].map(([name, append]) => [name, { append }])),
  });
  return doc;
}
