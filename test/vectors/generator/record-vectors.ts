/** Vectors of records of every kind, and of the chains. */
import { clientId, type Place, signalBody, snapshotBody, updateBody } from './bodies.ts';
import { afterEpoch1, epoch1, epoch2 } from './epochs.ts';
import { type Hostile, refused, truncated } from './hostile.ts';
import { cat, flip, hex, type Json, patch, u8, u32, u64, utf8, zeros } from './layout.ts';
import { certificate, editLink, someDevice, visitor } from './people.ts';
import { fixed, type Signer, seal } from './primitives.ts';
import {
  AT,
  chainAfter,
  clearRecord,
  controlChainAfter,
  type EpochKey,
  encodeHeader,
  type Header,
  headerJson,
  type Position,
  pad,
  positionJson,
  recordHash,
  recordKey,
  START,
  sealedParts,
  signed,
} from './records.ts';

const EDGE = 2 ** 53;
const room = epoch1.core.room;
const key = epoch1.key;
const base: Header = {
  kind: 'update',
  class: 'content',
  segment: 0,
  room,
  epoch: 1,
  sender: someDevice.key,
  counter: 2,
  head: afterEpoch1,
  units: 3,
  cover: null,
};
const place: Place = { device: someDevice.key, room, class: 'content' };
const claimNonce = fixed('client nonce', 16);
const claim = { clientId: clientId(place, 0, claimNonce), nonce: claimNonce };

const updatePlain = updateBody([claim], fixed('stands for a Yjs update', 40));
const longPlain = updateBody([], fixed('stands for a long Yjs update', 1000));
const snapshotPlain = snapshotBody({
  counters: [[someDevice.key, 5]],
  controlChain: fixed('control chain'),
  coveredBefore: 0,
  ledger: fixed('stands for a ledger', 30),
  state: fixed('stands for a state', 300),
});
const signalPlain = signalBody(certificate(editLink, room, visitor.key), fixed('control chain', 32), 1, []);

function sealedVector(name: string, header: Header, plain: Uint8Array, by: Signer, under: EpochKey = key): Json {
  const nonce = fixed(`nonce of ${name}`, 24);
  const padded = pad(plain);
  const parts = sealedParts(under, header, nonce, padded, by);
  return {
    ...common(name, header, by, parts.record),
    epochSecret: hex(under.secret),
    coreHash: hex(under.coreHash),
    key: hex(recordKey(under, header)),
    nonce: hex(nonce),
    plain: hex(plain),
    padded: hex(padded),
    ciphertext: hex(parts.ciphertext),
  };
}

const clearVector = (name: string, header: Header, body: Uint8Array, by: Signer): Json => ({
  ...common(name, header, by, clearRecord(header, body, by)),
  body: hex(body),
});

const common = (name: string, header: Header, by: Signer, record: Uint8Array) => ({
  name,
  signingSeed: hex(by.seed),
  header: headerJson(header),
  headerBytes: hex(encodeHeader(header)),
  signature: hex(record.slice(-64)),
  record: hex(record),
  hash: hex(recordHash(record)),
});

const cover: Position = { seq: 4, hash: fixed('covered position') };
const snapshotHeader: Header = { ...base, kind: 'snapshot', counter: 6, head: { seq: 5, hash: fixed('head') }, cover };
const roomHeader = (kind: 'signal' | 'notice', by: Signer, counter: number): Header => ({
  ...base,
  kind,
  class: 'none',
  sender: by.key,
  counter,
  units: 0,
});
const leave = clearRecord(roomHeader('notice', someDevice, 9), u8(2), someDevice);
const update = sealedParts(key, base, fixed('update nonce', 24), pad(updatePlain), someDevice).record;
const snapshot = sealedParts(key, snapshotHeader, fixed('snapshot nonce', 24), pad(snapshotPlain), someDevice).record;
const signalHeader = roomHeader('signal', visitor, 77);
const signal = sealedParts(key, signalHeader, fixed('signal nonce', 24), pad(signalPlain), visitor).record;

const whole = { epochSecret: hex(key.secret), coreHash: hex(key.coreHash), epoch: 1 };

/** Signed as it should be, and still not to be opened. */
const unopened = (name: string, record: Uint8Array, reason = 'cannot-open'): Hostile =>
  refused(name, reason, record, { step: 'open', ...whole });
const padded = (name: string, bytes: Uint8Array, reason = 'malformed'): Hostile =>
  unopened(name, sealedParts(key, base, fixed('update nonce', 24), bytes, someDevice).record, reason);

/** Re-signed after a change behind the header's back: what a member who holds the keys can send. */
const resigned = (kind: Header['kind'], record: Uint8Array, change: (unsigned: Uint8Array) => Uint8Array): Uint8Array =>
  signed(kind, change(record.slice(0, -64)), someDevice);

/** Sealed under another purpose's key than its header says. */
function sealedUnder(purpose: Partial<Header>): Uint8Array {
  const other = recordKey(key, { ...base, ...purpose });
  const headerBytes = encodeHeader(base);
  const nonce = fixed('update nonce', 24);
  return signed('update', cat(headerBytes, nonce, seal(other, nonce, headerBytes, pad(updatePlain))), someDevice);
}

const header = (changes: Partial<Header>): Uint8Array =>
  signed(base.kind, cat(encodeHeader({ ...base, ...changes }), zeros(24 + 300)), someDevice);
/** Zero bytes up to a length, so that the file stays short. */
const filled = (name: string, reason: string, start: Uint8Array, length: number): Hostile => ({
  ...refused(name, reason, start),
  zeroFillTo: length,
});

const hostile: Hostile[] = [
  ...truncated('an update', update, [0, 1, 2, 3, 7, 39, 43, 75, 83, 91, 123, 126, 127, 128, 150, 151, 151 + 63]),
  ...truncated('a snapshot', snapshot, [127, 134, 166, 167, 190, 191 + 63]),
  ...truncated('a notice', leave, [127, 127 + 63]),
  refused('version 0', 'unknown-version', patch(update, AT.version, u8(0))),
  refused('version 2', 'unknown-version', patch(update, AT.version, u8(2))),
  refused('kind 0', 'unknown-version', patch(update, AT.kind, u8(0))),
  refused('kind 6', 'unknown-version', patch(update, AT.kind, u8(6))),
  refused('a stream class that is none', 'malformed', patch(update, AT.class, u8(3))),
  refused('an update without a stream', 'malformed', patch(update, AT.class, u8(0))),
  refused('a snapshot without a stream', 'malformed', patch(snapshot, AT.class, u8(0))),
  refused('a notice in a stream', 'malformed', patch(leave, AT.class, u8(1))),
  refused('a signal in a stream', 'malformed', patch(signal, AT.class, u8(2))),
  refused('an epoch record in a stream', 'malformed', patch(epoch1.record, AT.class, u8(1))),
  refused('a notice in a segment', 'malformed', patch(leave, AT.segment, u32(1))),
  refused('a counter of 2^53', 'malformed', patch(update, AT.counter, u64(EDGE))),
  refused('the highest counter of 64 bits', 'malformed', patch(update, AT.counter, u64(2n ** 64n - 1n))),
  refused('a head of 2^53', 'malformed', patch(update, AT.head, u64(EDGE))),
  refused('a cover of 2^53', 'malformed', patch(snapshot, AT.head + 44, u64(EDGE))),
  filled('an update of a byte too many', 'too-large', header({}), 1024 * 1024 + 160 * 1024 + 1),
  filled('a signal of a byte too many', 'too-large', signal, 16 * 1024 + 1),
  filled('a notice of a byte too many', 'too-large', leave, 64 * 1024 + 1),
  filled('an epoch record of a byte too many', 'too-large', epoch1.record, 1024 * 1024 + 1),
  filled('a snapshot of a byte too many', 'too-large', snapshot, 11 * 1024 * 1024 + 1),
  refused('signature changed', 'bad-signature', flip(update, -1), { step: 'verify' }),
  refused('header changed', 'bad-signature', flip(update, AT.counter + 7), { step: 'verify' }),
  refused('nonce changed', 'bad-signature', flip(update, 130), { step: 'verify' }),
  refused('ciphertext changed', 'bad-signature', flip(update, 160), { step: 'verify' }),
  refused('signed as another kind', 'bad-signature', signed('snapshot', update.slice(0, -64), someDevice), {
    step: 'verify',
  }),
  refused('signed by another device', 'bad-signature', signed('update', update.slice(0, -64), visitor), {
    step: 'verify',
  }),
  unopened(
    'of another epoch',
    sealedParts({ ...key, epoch: 1 }, { ...base, epoch: 2 }, fixed('n', 24), pad(updatePlain), someDevice).record,
  ),
  unopened(
    'header changed and signed anew',
    resigned('update', update, (bytes) => flip(bytes, AT.counter + 7)),
  ),
  unopened(
    'nonce changed and signed anew',
    resigned('update', update, (bytes) => flip(bytes, 130)),
  ),
  unopened(
    'ciphertext changed and signed anew',
    resigned('update', update, (bytes) => flip(bytes, 160)),
  ),
  unopened(
    'tag cut by a byte and signed anew',
    resigned('update', update, (bytes) => bytes.slice(0, -1)),
  ),
  unopened(
    'no ciphertext at all',
    resigned('update', update, (bytes) => bytes.slice(0, 151)),
  ),
  unopened(
    'fifteen bytes of ciphertext',
    resigned('update', update, (bytes) => bytes.slice(0, 166)),
  ),
  unopened('under the key of comments', sealedUnder({ class: 'comments' })),
  unopened('under the key of another segment', sealedUnder({ segment: 1 })),
  unopened('under the key of snapshots', sealedUnder({ kind: 'snapshot' })),
  unopened('under the key of another device', sealedUnder({ sender: visitor.key })),
  padded('not padded', cat(u32(updatePlain.length), updatePlain)),
  padded('padded to more than the rule says', cat(pad(updatePlain), zeros(256))),
  padded('padding that is not zero', flip(pad(updatePlain), -1)),
  padded('a length beyond the plaintext', patch(pad(updatePlain), 0, u32(2 ** 16))),
  padded('a length above 11 MiB', patch(pad(updatePlain), 0, u32(2 ** 32 - 1)), 'too-large'),
  padded('a length up to the very end', patch(pad(updatePlain), 0, u32(253))),
  padded('three bytes', zeros(3)),
  padded('nothing', zeros(0)),
];

export const records = {
  about:
    '[RE1]–[RE4] Records of every kind. `key`: derived from epoch secret, core hash, stream, kind and device. `zeroFillTo`: zero bytes follow up to that length. Step `open`: the signature holds.',
  valid: [
    clearVector('epoch', epoch1.header, epoch1.body, someDevice),
    sealedVector('update', base, updatePlain, someDevice),
    sealedVector('update above 256 bytes', { ...base, counter: 3 }, longPlain, someDevice),
    sealedVector(
      'update of comments, highest numbers',
      {
        ...base,
        class: 'comments',
        segment: 2 ** 32 - 1,
        counter: EDGE - 1,
        units: 2 ** 32 - 1,
        head: { seq: EDGE - 1, hash: fixed('head') },
      },
      utf8('any bytes'),
      someDevice,
    ),
    sealedVector('empty update', { ...base, counter: 4 }, zeros(0), someDevice),
    sealedVector('update in epoch 2', { ...base, epoch: 2, counter: 8 }, updatePlain, someDevice, epoch2.key),
    sealedVector('snapshot', snapshotHeader, snapshotPlain, someDevice),
    sealedVector('snapshot of comments', { ...snapshotHeader, class: 'comments' }, snapshotPlain, someDevice),
    clearVector('notice', roomHeader('notice', someDevice, 9), u8(2), someDevice),
    sealedVector('signal', signalHeader, signalPlain, visitor),
  ],
  hostile,
};

const chained = [epoch1.record, epoch2.record, leave, update, snapshot];

function chainSteps(): Json[] {
  let at = START;
  let control: Uint8Array = zeros(32);
  return chained.map((record) => {
    const before = at;
    const controlBefore = control;
    const recordsHash = recordHash(record);
    at = chainAfter(at, recordsHash);
    const isControl = record[1] === 1 || record[1] === 4;
    if (isControl) control = controlChainAfter(control, Number(at.seq), recordsHash);
    return {
      before: positionJson(before),
      recordHash: hex(recordsHash),
      after: positionJson(at),
      isControl,
      controlBefore: hex(controlBefore),
      controlAfter: hex(control),
    };
  });
}

export const chain = {
  about: '[CH1]–[CH3] The chain over five records, and the control chain over those that are epochs or notices.',
  valid: [
    ...chainSteps(),
    (() => {
      const before: Position = { seq: EDGE - 2, hash: fixed('late') };
      const record = fixed('record hash');
      return {
        before: positionJson(before),
        recordHash: hex(record),
        after: positionJson(chainAfter(before, record)),
        isControl: true,
        controlBefore: hex(fixed('control')),
        controlAfter: hex(controlChainAfter(fixed('control'), EDGE - 1, record)),
      };
    })(),
  ],
  hostile: [],
};
