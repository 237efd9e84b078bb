import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePresence, encodePresence } from '../../../src/engine/rooms/signal-body.ts';
import { decodeSnapshotBody, encodeSnapshotBody } from '../../../src/engine/rooms/snapshot-body.ts';
import { decodeUpdateBody, encodeUpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { fromBase64Url, toBase64Url } from '../../../src/wire/base64url.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeClientMessage, encodeClientFrame } from '../../../src/wire/client-frames.ts';
import { decodeDeviceList, encodeDeviceList } from '../../../src/wire/device-list.ts';
import { decodeCore, decodeWrap, encodeCore, encodeWrap } from '../../../src/wire/epoch.ts';
import { idBytes, principalId } from '../../../src/wire/ids.ts';
import { decodePrekey, encodePrekey } from '../../../src/wire/prekey.ts';
import { assembleRecord, decodeRecord, encodeHeader } from '../../../src/wire/record.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../../src/wire/relay-frames.ts';
import * as any from './arbitraries.ts';

beforeAll(sodiumReady);

const RUNS = { numRuns: 30 };

describe('what is decoded equals what was encoded', () => {
  it('[RE1] headers of records', () => {
    fc.assert(
      fc.property(any.record, ({ header, nonce, body, signature }) => {
        const decoded = decodeRecord(assembleRecord(concatBytes(encodeHeader(header), nonce, body), signature));
        expect(decoded).toMatchObject({ header, nonce, body, signature });
      }),
      RUNS,
    );
  });
  it('[EP1] cores', () => {
    fc.assert(
      fc.property(any.core, (core) => {
        expect(decodeCore(encodeCore(core))).toEqual(core);
      }),
      RUNS,
    );
  });
  it('[DL1] device lists and [PK1] prekeys', () => {
    const end = new Uint8Array(64);
    fc.assert(
      fc.property(any.deviceList, any.prekey, (list, prekey) => {
        expect(decodeDeviceList(concatBytes(encodeDeviceList(list), end)).list).toEqual(list);
        expect(decodePrekey(concatBytes(encodePrekey(prekey), end)).prekey).toEqual(prekey);
      }),
      RUNS,
    );
  });
  it('wraps', () => {
    fc.assert(
      fc.property(any.wrap, (wrap) => {
        expect(decodeWrap(encodeWrap(wrap))).toEqual(wrap);
      }),
      RUNS,
    );
  });
  it('[FR5] frames of both directions, several in a message', () => {
    const frames = fc.tuple(
      fc.array(any.clientFrame, { minLength: 1, maxLength: 5 }),
      fc.array(any.relayFrame, { minLength: 1, maxLength: 5 }),
    );
    fc.assert(
      fc.property(frames, ([fromClient, fromRelay]) => {
        expect(decodeClientMessage(concatBytes(...fromClient.map(encodeClientFrame)))).toEqual(fromClient);
        expect(decodeRelayMessage(concatBytes(...fromRelay.map(encodeRelayFrame)))).toEqual(fromRelay);
      }),
      { numRuns: 100 },
    );
  });
  it('plaintexts of updates, snapshots and signals', () => {
    fc.assert(
      fc.property(any.updateBody, any.snapshotBody, any.presence, (update, snapshot, presence) => {
        expect(decodeUpdateBody(encodeUpdateBody(update))).toEqual(update);
        expect(decodeSnapshotBody(encodeSnapshotBody(snapshot))).toEqual(snapshot);
        expect(decodePresence(encodePresence(presence))).toEqual(presence);
      }),
      { numRuns: 100 },
    );
  });
  it('[EN4] identifiers as text', () => {
    fc.assert(
      fc.property(any.bytes(32), any.someBytes(50), (id, bytes) => {
        expect(principalId(id)).toHaveLength(43);
        expect(idBytes(principalId(id))).toEqual(id);
        expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes);
      }),
      RUNS,
    );
  });
});
