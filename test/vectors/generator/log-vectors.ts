/** A short log from its first record on, as a visitor with the edit link reads it; and what each record does. */

import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { clientId, emptyDocument, ledger, NOTICE, objection, snapshotBody, titleUpdate, updateBody } from './bodies.ts';
import { epoch1, type WrapParts } from './epochs.ts';
import { cat, hex, type Json, u8, zeros } from './layout.ts';
import { alice, alicePhone, certificate, editLink, listHash, signedList, someDevice, visitor } from './people.ts';
import { fixed, type Signer } from './primitives.ts';
import {
  chainAfter,
  clearRecord,
  controlChainAfter,
  type Header,
  type Position,
  positionJson,
  recordHash,
  START,
  sealedRecord,
} from './records.ts';

/** Places from here on are lists [SN1]. */
const LIST = 128;

const room = epoch1.core.room;
const nonceOf = (name: string): Uint8Array => fixed(`log ${name}`, 16);
const idOf = (by: Signer, name: string): number =>
  clientId({ device: by.key, room, class: 'content' }, 0, nonceOf(name));
const aliceId = idOf(someDevice, 'alice');
const visitorId = idOf(visitor, 'visitor');
const doc = emptyDocument();

let at: Position = START;
let control: Uint8Array = zeros(32);
let title = '';
const entries: Json[] = [];

function append(record: Uint8Array, reading: Json, wrap: Uint8Array = zeros(0)): void {
  const hash = recordHash(record);
  at = chainAfter(at, hash);
  if (record[1] === 1 || record[1] === 4) control = controlChainAfter(control, Number(at.seq), hash);
  title = doc.getText('title').toString();
  entries.push({
    seq: Number(at.seq),
    record: hex(record),
    wrap: hex(wrap),
    reading,
    position: positionJson(at),
    controlChain: hex(control),
    title,
  });
}

const header = (kind: Header['kind'], by: Signer, counter: number): Header => ({
  kind,
  class: kind === 'notice' ? 'none' : 'content',
  segment: 0,
  room,
  epoch: 1,
  sender: by.key,
  counter,
  head: at,
  units: 0,
  cover: null,
});
const sealed = (of: Header, plain: Uint8Array, by: Signer): Uint8Array =>
  sealedRecord(epoch1.key, of, fixed(`log nonce ${entries.length}`, 24), plain, by);
const notice = (by: Signer, counter: number, body: Uint8Array): Uint8Array =>
  clearRecord(header('notice', by, counter), body, by);

const ownWrap = epoch1.wraps.find(({ recipient }) => hex(recipient) === hex(editLink.key)) as WrapParts;
append(epoch1.record, { type: 'epoch' }, ownWrap.bytes);

const aliceClaim = { clientId: aliceId, nonce: nonceOf('alice') };
const write = (id: number, text: string): Uint8Array => titleUpdate(doc, id, text);
append(sealed(header('update', someDevice, 2), updateBody([aliceClaim], write(aliceId, 'Hello')), someDevice), {
  type: 'update',
});
append(notice(visitor, 1, cat(u8(4), certificate(editLink, room, visitor.key))), { type: 'notice' });
const visitorClaim = { clientId: visitorId, nonce: nonceOf('visitor') };
append(sealed(header('update', visitor, 2), updateBody([visitorClaim], write(visitorId, ', world')), visitor), {
  type: 'update',
});

const coveredAt = at;
const coveredControl = control;
const state = Y.encodeStateAsUpdate(doc);

/** Changes nothing: from a scratch document. */
const scratchUpdate = (id: number): Uint8Array => {
  const scratch = new Y.Doc();
  Y.applyUpdate(scratch, state);
  return titleUpdate(scratch, id, '!');
};
const voided = (record: Uint8Array, reason: string): void => append(record, { type: 'void', reason });
voided(sealed(header('update', visitor, 3), updateBody([], scratchUpdate(aliceId)), visitor), 'foreign-client-id');
voided(sealed(header('update', visitor, 2), updateBody([], scratchUpdate(visitorId)), visitor), 'replayed-counter');
voided(
  sealed({ ...header('update', someDevice, 3), head: START }, updateBody([], scratchUpdate(aliceId)), someDevice),
  'stale-head',
);
voided(
  sealed({ ...header('update', someDevice, 3), head: { ...at, seq: 1000 } }, updateBody([], zeros(0)), someDevice),
  'unknown-head',
);
voided(fixed('noise that is no record', 200).fill(9, 0, 1), 'unknown-version');

/** [SN1] A client id is its place in the ledger, counted from 1. Ids have so many bits that their bytes stand nowhere else; the seed's is 1. */
function withPlaces(update: Uint8Array, clients: readonly number[]): Uint8Array {
  let text = Buffer.from(update).toString('hex');
  for (const [index, client] of clients.entries()) {
    const bytes = encoding.encode((out) => encoding.writeVarUint(out, client));
    text = text.replaceAll(Buffer.from(bytes).toString('hex'), (index + 1).toString(16).padStart(2, '0'));
  }
  return Buffer.from(text, 'hex');
}

const snapshotHeader: Header = { ...header('snapshot', someDevice, 4), cover: coveredAt };
const snapshotPlain = snapshotBody({
  counters: [
    [someDevice.key, 2],
    [visitor.key, 2],
  ],
  controlChain: coveredControl,
  coveredBefore: 0,
  ledger: ledger(
    [
      {
        clientId: 1,
        owner: null,
        clock: 2,
        runs: [
          [0, LIST],
          [1, 2],
        ],
      },
      {
        clientId: aliceId,
        owner: { device: someDevice.key, nonce: nonceOf('alice') },
        clock: 5,
        runs: [[0, LIST + 1]],
      },
      {
        clientId: visitorId,
        owner: { device: visitor.key, nonce: nonceOf('visitor') },
        clock: 7,
        runs: [[0, LIST + 1]],
      },
    ],
    ['root', 'title'],
  ),
  state: withPlaces(
    state,
    [1, aliceId, visitorId].sort((a, b) => a - b),
  ),
});
const snapshotRecord = sealed(snapshotHeader, snapshotPlain, someDevice);
append(snapshotRecord, { type: 'snapshot' });
const snapshotSeq = Number(at.seq);
voided(sealed({ ...header('snapshot', someDevice, 5), cover: coveredAt }, snapshotPlain, someDevice), 'bad-snapshot');
append(sealed(header('update', someDevice, 6), updateBody([], write(aliceId, '!')), someDevice), { type: 'update' });
append(notice(visitor, 9, objection(snapshotSeq, recordHash(snapshotRecord))), { type: 'notice' });

/** [DL2] Alice's next lists, all with her phone: it brings the first, and was on none between. */
const listOf = (version: number, previous: Uint8Array): Uint8Array => {
  const devices = [someDevice.key, alicePhone.key].sort(Buffer.compare);
  return signedList(alice.identity, { version, previous, devices });
};
const unseen = fixed('hash of a list that the log has not seen');
const jumping = listOf(4, unseen);
const bringing = (list: Uint8Array): Uint8Array => cat(u8(NOTICE.deviceList), list);
append(notice(alicePhone, 1, bringing(jumping)), { type: 'notice' });
voided(notice(someDevice, 7, bringing(listOf(2, listHash(alice.list)))), 'bad-epoch');
voided(notice(someDevice, 8, bringing(listOf(4, listHash(alice.list)))), 'bad-epoch');
voided(notice(someDevice, 9, bringing(listOf(5, unseen))), 'bad-epoch');
append(notice(someDevice, 10, bringing(listOf(5, listHash(jumping)))), { type: 'notice' });

export const log = {
  about:
    'A whole log. `reading`: what the record does; a void one keeps its position and changes nothing. `title`: the shared text `title` afterwards. The snapshot’s plaintext is what everybody makes of the records up to its cover.',
  room: hex(room),
  linkSecret: hex(editLink.secret),
  epochSecret: hex(epoch1.key.secret),
  entries,
  snapshot: { seq: snapshotSeq, cover: positionJson(coveredAt), plain: hex(snapshotPlain) },
};
