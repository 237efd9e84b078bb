/**
 * Earlier parts of a room where newcomers start empty [SG2]: what each segment held when it was closed, and who had come in. As long as
 * the kept log holds a segment its part is what replaying gives; when the log is cut, the state is put down in its place.
 */
import * as Y from 'yjs';
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import type { AccessEntry } from '../../wire/epoch.ts';
import { parseRecord } from '../../wire/parsed-record.ts';
import { decodeRecord, type StreamKey, streamKey } from '../../wire/record.ts';
import { textOf, titleOf } from './document-text.ts';

export type EarlierPart = {
  readonly segment: number;
  /** A Yjs update, without unsent edits. */
  readonly state: Uint8Array;
};

/** What ended a part. `at`: the word of whoever let somebody in. Milliseconds since 1970. */
export type PartEnd = { readonly at: number; readonly cameIn: readonly AccessEntry[] };

const VERSION = 1;

export const encodePart = ({ segment, state }: EarlierPart): Uint8Array =>
  new ByteWriter().u8(VERSION).u32(segment).block(state).bytes();

/** @throws WireError */
export function decodePart(bytes: Uint8Array): EarlierPart {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `part of version ${version}`);
  const part = { segment: reader.u32(), state: reader.block(bytes.length).slice() };
  reader.end();
  return part;
}

/** Those of these documents that are of a segment before `segment`, in order. One without text is no part that anybody would read. */
export function partsBefore(segment: number, docs: ReadonlyMap<StreamKey, Y.Doc>): EarlierPart[] {
  const parts: EarlierPart[] = [];
  for (let at = 0; at < segment; at++) {
    const doc = docs.get(streamKey({ class: 'content', segment: at }));
    if (doc && textOf(doc) !== titleOf(doc).trim()) parts.push({ segment: at, state: Y.encodeStateAsUpdate(doc) });
  }
  return parts;
}

/** The last title that a segment before `segment` had; empty if none did. */
export function titleBefore(segment: number, docs: ReadonlyMap<StreamKey, Y.Doc>): string {
  for (let at = segment - 1; at >= 0; at--) {
    const doc = docs.get(streamKey({ class: 'content', segment: at }));
    const title = doc ? titleOf(doc) : '';
    if (title !== '') return title;
  }
  return '';
}

/** By segment. `controls`: those that counted, in the order of the log. */
export function partEnds(controls: readonly { readonly record: Uint8Array }[]): Map<number, PartEnd> {
  const ends = new Map<number, PartEnd>();
  let before = new Set<string>();
  for (const { record } of controls) {
    const { control } = parseRecord(decodeRecord(record));
    if (control.type !== 'epoch') continue;
    const { segment, date, access } = control.body.core;
    const cameIn = access.filter(({ principal }) => !before.has(principal));
    if (segment > 0 && cameIn.length > 0) ends.set(segment - 1, { at: date, cameIn });
    before = new Set(access.map(({ principal }) => principal));
  }
  return ends;
}
