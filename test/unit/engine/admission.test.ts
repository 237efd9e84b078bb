import * as encoding from 'lib0/encoding';
import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Ledger } from '../../../src/engine/rooms/admission.ts';
import { clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { seedOf } from '../../../src/engine/rooms/seed.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { ROOT_NAME, SEED_CLIENT_ID } from '../../../src/wire/document.ts';
import { type DeviceId, deviceId, roomId } from '../../../src/wire/ids.ts';
import { MAX_CHANGES_PER_UPDATE, MAX_DEPTH, MAX_DOCUMENT_BYTES, MAX_UPDATE_BYTES } from '../../../src/wire/limits.ts';
import { CONTENT } from '../../../src/wire/record.ts';
import type { Reason } from '../../../src/wire/refusals.ts';

const room = roomId(new Uint8Array(32).fill(7));
const alice = deviceId(new Uint8Array(32).fill(0x51));
const mallory = deviceId(new Uint8Array(32).fill(0x52));
const nonce = new Uint8Array(16).fill(9);

const idOf = (device: DeviceId): number => clientIdOf(device, room, CONTENT, nonce);
const claimOf = (device: DeviceId) => [{ clientId: idOf(device), nonce }];

/** `doc`: where updates are placed that may be hard to place. */
function freshLedger(doc = new Y.Doc()): Ledger {
  const ledger = new Ledger(room, CONTENT, () => doc);
  const seed = seedOf(CONTENT);
  if (!seed) throw new Error('content has a seed');
  ledger.seed(seed);
  return ledger;
}

/** A document of `device` on top of the seed (and of other updates), and the update that `edit` makes in it. */
function edited(device: DeviceId, edit: (doc: Y.Doc) => void, before: readonly Uint8Array[] = []): Uint8Array {
  const doc = new Y.Doc();
  const seed = seedOf(CONTENT);
  if (seed) Y.applyUpdate(doc, seed);
  for (const update of before) Y.applyUpdate(doc, update);
  doc.clientID = idOf(device);
  const state = Y.encodeStateVector(doc);
  doc.transact(() => edit(doc));
  return Y.encodeStateAsUpdate(doc, state);
}

const write = (text: string) => (doc: Y.Doc) => doc.getText('title').insert(0, text);

function judge(ledger: Ledger, device: DeviceId, update: Uint8Array, claims = claimOf(device)): Reason | 'accepted' {
  const verdict = ledger.judge(device, { claims, update });
  if (!verdict.ok) return verdict.reason;
  ledger.admit(verdict.value);
  return 'accepted';
}

beforeAll(sodiumReady);

describe('what a stream lets in', () => {
  it('accepts an honest update, and the next one without a claim', () => {
    const ledger = freshLedger();
    const first = edited(alice, write('one'));
    expect(judge(ledger, alice, first)).toBe('accepted');
    const doc = new Y.Doc();
    Y.applyUpdate(doc, first);
    doc.clientID = idOf(alice);
    const state = Y.encodeStateVector(doc);
    doc.getText('title').insert(3, ' two');
    expect(judge(ledger, alice, Y.encodeStateAsUpdate(doc, state), [])).toBe('accepted');
  });

  it('[AD1] refuses a claim whose nonce does not give the id', () => {
    const claims = [{ clientId: idOf(alice), nonce: new Uint8Array(16) }];
    expect(judge(freshLedger(), alice, edited(alice, write('x')), claims)).toBe('foreign-client-id');
  });

  it('[AD1] refuses a claim of the seed’s id', () => {
    const claims = [{ clientId: SEED_CLIENT_ID, nonce }];
    expect(judge(freshLedger(), alice, edited(alice, write('x')), claims)).toBe('foreign-client-id');
  });

  it('[AD2] refuses an update under another device’s client id, claimed or not', () => {
    const update = edited(alice, write('under Alice’s name'));
    expect(judge(freshLedger(), mallory, update, claimOf(alice))).toBe('foreign-client-id');
    expect(judge(freshLedger(), mallory, update, [])).toBe('foreign-client-id');
    const ledger = freshLedger();
    expect(judge(ledger, alice, edited(alice, write('first')))).toBe('accepted');
    expect(judge(ledger, mallory, update, [])).toBe('foreign-client-id');
  });

  it('[AD2] refuses a struct under the seed’s id', () => {
    const doc = new Y.Doc();
    doc.clientID = SEED_CLIENT_ID;
    doc.getText('title').insert(0, 'x');
    expect(judge(freshLedger(), mallory, Y.encodeStateAsUpdate(doc))).toBe('foreign-client-id');
  });

  it('[AD3] refuses a reserved clock range: an update that begins later than the next clock', () => {
    const ledger = freshLedger();
    const doc = new Y.Doc();
    doc.clientID = idOf(alice);
    doc.getText('title').insert(0, 'abc');
    const state = Y.encodeStateVector(doc);
    doc.getText('title').insert(0, 'def');
    expect(judge(ledger, alice, Y.encodeStateAsUpdate(doc, state))).toBe('clock-gap');
  });

  it('[AD3] refuses a second update for the same clocks, which would leave replicas different for ever', () => {
    const ledger = freshLedger();
    expect(judge(ledger, alice, edited(alice, write('one')))).toBe('accepted');
    expect(judge(ledger, alice, edited(alice, write('two')), [])).toBe('clock-gap');
  });

  it('[AD3] refuses a skipped range inside an update', () => {
    const doc = new Y.Doc();
    doc.clientID = idOf(alice);
    const updates: Uint8Array[] = [];
    doc.on('update', (update: Uint8Array) => updates.push(update));
    for (const text of ['a', 'b', 'c']) doc.getText('title').insert(0, text);
    const withHole = Y.mergeUpdates([updates[0] as Uint8Array, updates[2] as Uint8Array]);
    expect(judge(freshLedger(), alice, withHole)).toBe('clock-gap');
  });

  it('[AD4] refuses structs that refer to something unknown', () => {
    const base = edited(alice, write('unsent'));
    const update = edited(mallory, (doc) => doc.getText('title').insert(6, '!'), [base]);
    expect(judge(freshLedger(), mallory, update)).toBe('missing-dependency');
  });

  it('[AD4] refuses a struct that refers to itself or to a later one', () => {
    const client = idOf(mallory);
    const update = encoding.encode((out) => {
      encoding.writeVarUint(out, 1); // clients
      encoding.writeVarUint(out, 1); // structs
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, 0); // clock
      encoding.writeUint8(out, 0x80 | 4); // has origin, content string
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, 5); // origin: a clock of the future
      encoding.writeVarString(out, 'x');
      encoding.writeVarUint(out, 0); // no deletes
    });
    expect(judge(freshLedger(), mallory, update)).toBe('missing-dependency');
  });

  it('[AD5] refuses a delete of something unknown', () => {
    const base = edited(alice, write('unsent'));
    const update = edited(mallory, (doc) => doc.getText('title').delete(0, 3), [base]);
    expect(judge(freshLedger(), mallory, update)).toBe('missing-delete');
  });

  it('[AD6] accepts what is as deep as allowed and refuses one level more', () => {
    const nest = (levels: number) => (doc: Y.Doc) => {
      let type = doc.get(ROOT_NAME, Y.XmlText);
      for (let i = 0; i < levels; i++) {
        const inner = new Y.XmlText();
        type.insertEmbed(0, inner);
        type = inner;
      }
    };
    expect(judge(freshLedger(), alice, edited(alice, nest(MAX_DEPTH)))).toBe('accepted');
    expect(judge(freshLedger(), alice, edited(alice, nest(MAX_DEPTH + 1)))).toBe('too-deep');
  });

  it('[AD6] counts levels over several updates, through parents that were deleted meanwhile', () => {
    const ledger = freshLedger();
    const updates: Uint8Array[] = [];
    const deeper = (doc: Y.Doc): void => {
      let type = doc.get(ROOT_NAME, Y.XmlText);
      for (;;) {
        const inner = type.toDelta().find((part: { insert: unknown }) => part.insert instanceof Y.XmlText);
        if (!inner) break;
        type = inner.insert as Y.XmlText;
      }
      type.insertEmbed(0, new Y.XmlText());
    };
    // The seed's paragraph is the first level.
    for (let level = 2; level <= MAX_DEPTH; level++) {
      const update = edited(alice, deeper, updates);
      expect(judge(ledger, alice, update)).toBe('accepted');
      updates.push(update);
    }
    expect(judge(ledger, alice, edited(alice, deeper, updates))).toBe('too-deep');
    const cleared = edited(alice, (doc) => doc.get(ROOT_NAME, Y.XmlText).delete(0, 1), updates);
    const late = edited(mallory, deeper, updates); // does not know of the deletion
    expect(judge(ledger, alice, cleared)).toBe('accepted');
    expect(judge(ledger, mallory, late)).toBe('too-deep');
  });

  /** Types inside types, `levels` deep, in one update. */
  const tower = (levels: number): Uint8Array => {
    const client = idOf(mallory);
    return encoding.encode((out) => {
      encoding.writeVarUint(out, 1);
      encoding.writeVarUint(out, levels);
      encoding.writeVarUint(out, client);
      encoding.writeVarUint(out, 0);
      for (let clock = 0; clock < levels; clock++) {
        encoding.writeUint8(out, 7); // content type, neither origin: a parent follows
        encoding.writeVarUint(out, clock === 0 ? 1 : 0); // the first in a root type, the others in the one before
        if (clock === 0) encoding.writeVarString(out, ROOT_NAME);
        else {
          encoding.writeVarUint(out, client);
          encoding.writeVarUint(out, clock - 1);
        }
        encoding.writeVarUint(out, 0); // Y.Array
      }
      encoding.writeVarUint(out, 0);
    });
  };

  it('[AD6] refuses a document 200,000 levels deep without overflowing the stack, in one update or in many', () => {
    expect(judge(freshLedger(), mallory, tower(200_000))).toBe('too-large');
    expect(judge(freshLedger(), mallory, tower(MAX_CHANGES_PER_UPDATE))).toBe('too-deep');
    expect(judge(freshLedger(), mallory, tower(MAX_DEPTH))).toBe('accepted');
  });

  it('[AD7] refuses an update over the limit, and a stream that is full', () => {
    const large = 'x'.repeat(MAX_UPDATE_BYTES - 200);
    expect(judge(freshLedger(), alice, edited(alice, write(`${large}${'y'.repeat(300)}`)))).toBe('too-large');
    const doc = new Y.Doc();
    const known = new Y.Doc();
    const ledger = freshLedger(known);
    doc.clientID = idOf(alice);
    const outcomes: string[] = [];
    for (let bytes = 0; bytes < MAX_DOCUMENT_BYTES + MAX_UPDATE_BYTES; bytes += large.length) {
      const state = Y.encodeStateVector(doc);
      doc.getText('title').insert(0, large);
      outcomes.push(judge(ledger, alice, Y.encodeStateAsUpdate(doc, state)));
      Y.applyUpdate(known, Y.encodeStateAsUpdate(doc));
    }
    expect(outcomes.at(-1)).toBe('document-full');
    expect(outcomes.slice(0, 8)).toEqual(Array(8).fill('accepted'));
  });

  it('[AD8] refuses encoding V2', () => {
    const doc = new Y.Doc();
    doc.clientID = idOf(alice);
    doc.getText('title').insert(0, 'hello world');
    expect(judge(freshLedger(), alice, Y.encodeStateAsUpdateV2(doc))).toBe('bad-encoding');
    expect(judge(freshLedger(), alice, Y.encodeStateAsUpdateV2(new Y.Doc()))).toBe('bad-encoding');
  });

  it('[AD8] refuses bytes behind the update, and documents inside documents', () => {
    const update = edited(alice, write('x'));
    expect(judge(freshLedger(), alice, new Uint8Array([...update, 0]))).toBe('bad-encoding');
    const nested = edited(alice, (doc) => doc.getMap('meta').set('inner', new Y.Doc()));
    expect(judge(freshLedger(), alice, nested)).toBe('bad-encoding');
  });

  it('[AD9] a refused update changes nothing', () => {
    const ledger = freshLedger();
    const before = ledger.encode();
    expect(judge(ledger, mallory, edited(alice, write('x')), claimOf(alice))).toBe('foreign-client-id');
    expect(
      judge(
        ledger,
        mallory,
        edited(mallory, (doc) => doc.getText('title').delete(0, 0)),
      ),
    ).toBe('accepted');
    expect(ledger.nextClock(idOf(alice))).toBe(0);
    expect(before.length).toBeGreaterThan(0);
  });

  it('[SN1] a ledger survives encoding: the same bytes, the same judgements', () => {
    const ledger = freshLedger();
    const first = edited(alice, write('one'));
    judge(ledger, alice, first);
    judge(ledger, mallory, edited(mallory, write('two'), [first]));
    const copy = Ledger.decode(ledger.encode(), room, CONTENT);
    expect(copy.encode()).toEqual(ledger.encode());
    expect(copy.ownerOf(idOf(alice))).toBe(alice);
    expect(judge(copy, mallory, edited(alice, write('x')), [])).toBe('foreign-client-id');
  });

  it('[SN1] refuses a ledger that hands somebody’s id to somebody else', () => {
    const ledger = freshLedger();
    judge(ledger, alice, edited(alice, write('one')));
    const bytes = ledger.encode();
    const at = bytes.findIndex((_, i) => bytes.subarray(i, i + 32).every((byte) => byte === 0x51));
    bytes.fill(0x52, at, at + 32);
    expect(() => Ledger.decode(bytes, room, CONTENT)).toThrow('does not fit its owner');
  });
});
