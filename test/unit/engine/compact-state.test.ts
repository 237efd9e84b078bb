import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { applyState, type CompactState, clientAt, compactState } from '../../../src/engine/rooms/compact-state.ts';
import { decodeYjsUpdate } from '../../../src/engine/rooms/yjs-update.ts';

/** Replicas with large ids that edit text and maps, delete, and read each other now and then. */
function edited(seed: readonly number[]): { readonly state: Uint8Array; readonly clients: readonly number[] } {
  const docs = [2 ** 52 + 5, 2 ** 40, 2 ** 33 + 1].map((clientID) => {
    const doc = new Y.Doc();
    doc.clientID = clientID;
    return doc;
  });
  for (const number of seed) {
    const doc = docs[number % docs.length] as Y.Doc;
    const text = doc.getText('text');
    if (number % 7 === 0) for (const other of docs) Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    else if (number % 5 === 0 && text.length > 1) text.delete(number % (text.length - 1), 1);
    else if (number % 3 === 0) doc.getMap('map').set(`key ${number % 4}`, new Y.Map([['inner', number]]));
    else text.insert(text.length === 0 ? 0 : number % text.length, `${number} `);
  }
  const [all] = docs as [Y.Doc];
  for (const doc of docs) Y.applyUpdate(all, Y.encodeStateAsUpdate(doc));
  const state = Y.encodeStateAsUpdate(all);
  return { state, clients: [...all.store.clients.keys()].sort((a, b) => a - b) };
}

function stateOf(state: CompactState): Uint8Array {
  const doc = new Y.Doc();
  applyState(doc, state);
  return Y.encodeStateAsUpdate(doc);
}

describe('the state in a snapshot', () => {
  it('[SN1] is the same state again when it is read', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { maxLength: 60 }), (seed) => {
        const { state, clients } = edited(seed);
        const compact = compactState(state, clients);
        expect(stateOf({ bytes: compact, clients })).toEqual(state);
        const decoded = decodeYjsUpdate(compact, Infinity, (place) => clientAt(clients, place));
        const plain = decodeYjsUpdate(state, Infinity);
        expect(decoded.ok && plain.ok && [...decoded.value.structsByClient.keys()]).toEqual(
          plain.ok && [...plain.value.structsByClient.keys()],
        );
        expect(compact.length).toBeLessThanOrEqual(state.length);
      }),
    );
  });

  it('[SN1] is a good deal smaller where many structs name each other', () => {
    const { state, clients } = edited(Array.from({ length: 500 }, (_, i) => i * 31));
    expect(compactState(state, clients).length).toBeLessThan(0.75 * state.length);
  });

  it('[SN1] is refused with a client that the ledger does not know, or when it is no update', () => {
    const { state, clients } = edited([1, 2, 4, 8, 11]);
    const compact = compactState(state, clients);
    const fewer = clients.slice(0, 1);
    expect(decodeYjsUpdate(compact, Infinity, (place) => clientAt(fewer, place)).ok).toBe(false);
    expect(() => stateOf({ bytes: compact, clients: fewer })).toThrow('does not know');
    const cut = compact.subarray(0, compact.length - 3);
    expect(decodeYjsUpdate(cut, Infinity, (place) => clientAt(clients, place)).ok).toBe(false);
  });

  it('never writes a client id that the ledger would not give back', () => {
    const { state } = edited([1, 2, 4]);
    expect(() => compactState(state, [7])).toThrow('does not know');
  });
});
