import { beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { HomeBook } from '../../../../src/engine/accounts/home-book.ts';
import { type HomeRoom, SECRETS_TOGETHER } from '../../../../src/engine/accounts/home-entry.ts';
import { EPOCH_SECRET_BYTES } from '../../../../src/engine/epochs/epoch-secrets.ts';
import type { Room } from '../../../../src/engine/rooms/room.ts';
import { hashId, roomId } from '../../../../src/wire/ids.ts';

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const [ROOM, OTHER] = [roomId(filled(1)), roomId(filled(2))];
const entry = (epochs: number): HomeRoom => ({
  entrance: { by: 'account', editSecret: null, epochHash: hashId(filled(4)) },
  links: [],
  secrets: Array.from({ length: epochs }, (_, i) => ({ epoch: i + 1, secret: filled(i) })),
});

let doc: Y.Doc;
let book: HomeBook;
/** Of every change since the last look. */
let written = 0;
beforeEach(() => {
  doc = new Y.Doc();
  doc.on('update', (update: Uint8Array) => {
    written += update.length;
  });
  const room = { doc, edit: (change: (of: Y.Doc) => void) => doc.transact(() => change(doc)) };
  book = new HomeBook(() => room as unknown as Room);
});

describe('the secrets of a room’s epochs in the home', () => {
  it('are there again, in order, whichever was written last', () => {
    book.keepRoom(ROOM, { ...entry(200), secrets: [...entry(200).secrets].reverse() });
    expect(book.room(ROOM)).toEqual(entry(200));
    expect(book.rooms().get(ROOM)).toEqual(entry(200));
    expect([book.hasSecret(ROOM, 200), book.hasSecret(ROOM, 201), book.hasSecret(OTHER, 1)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('do not make the next one dearer, however many there are', () => {
    book.keepRoom(ROOM, entry(5_000));
    written = 0;
    book.keepRoom(ROOM, entry(5_001));
    expect(written).toBeLessThan(SECRETS_TOGETHER * EPOCH_SECRET_BYTES + 256);
  });

  it('go with the room, and no other’s do', () => {
    book.keepRoom(ROOM, entry(100));
    book.keepRoom(OTHER, entry(3));
    book.dropRoom(ROOM);
    expect(book.rooms()).toEqual(new Map([[OTHER, entry(3)]]));
    expect([...doc.getMap('secrets').keys()]).toEqual([`${OTHER}/0`]);
  });

  it('are passed over where they are damaged', () => {
    book.keepRoom(ROOM, entry(100));
    doc.getMap('secrets').set(`${ROOM}/1`, filled(9));
    expect(book.room(ROOM)?.secrets).toEqual(entry(63).secrets);
  });
});
