import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePresence, encodePresence } from '../../../src/engine/rooms/signal-body.ts';
import { decodeSnapshotBody, encodeSnapshotBody } from '../../../src/engine/rooms/snapshot-body.ts';
import { decodeUpdateBody, encodeUpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { pad, unpad } from '../../../src/engine/seal/padding.ts';
import { blake2b, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { fromBase64Url, toBase64Url } from '../../../src/wire/base64url.ts';
import { ByteReader, ByteWriter, concatBytes, WireError } from '../../../src/wire/bytes.ts';
import { CERTIFICATE_BYTES, decodeCertificate, encodeCertificate } from '../../../src/wire/certificate.ts';
import { decodeDeviceList, encodeDeviceList, MAX_DEVICE_LIST_BYTES } from '../../../src/wire/device-list.ts';
import {
  decodeCore,
  decodeEpochBody,
  decodeWrap,
  encodeCore,
  encodeEpochBody,
  encodeWrap,
} from '../../../src/wire/epoch.ts';
import {
  decodeClientMessage,
  decodeRelayMessage,
  encodeClientFrame,
  encodeRelayFrame,
} from '../../../src/wire/frames.ts';
import { deviceId, idBytes, principalId, roomId, ZERO_BYTES } from '../../../src/wire/ids.ts';
import { decodeLink, encodeLink } from '../../../src/wire/link.ts';
import { decodeNotice, encodeNotice } from '../../../src/wire/notice.ts';
import {
  certificateProof,
  NO_PROOF,
  type OpenProof,
  readOpenProof,
  writeOpenProof,
} from '../../../src/wire/open-proof.ts';
import { parseRecord } from '../../../src/wire/parsed-record.ts';
import { decodePrekey, encodePrekey } from '../../../src/wire/prekey.ts';
import { assembleRecord, decodeRecord, encodeHeader } from '../../../src/wire/record.ts';
import * as any from './arbitraries.ts';

beforeAll(sodiumReady);

const RUNS = { numRuns: 30 };
const QUICK_MS = 500;
const place = { room: roomId(ZERO_BYTES), sender: deviceId(ZERO_BYTES) };

type Structure = {
  readonly name: string;
  /** Valid encodings. */
  readonly encoded: fc.Arbitrary<Uint8Array>;
  /** Decodes and encodes again. */
  readonly again: (bytes: Uint8Array) => Uint8Array;
  /** Encodings shorter than this end before what may have any length. */
  readonly openEnded?: (bytes: Uint8Array) => number;
  /** Has lib0’s numbers or codes of reasons, which have more than one spelling. */
  readonly spellings?: true;
};

const withSignature = <T>(of: fc.Arbitrary<T>, encode: (value: T) => Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.tuple(of, any.bytes(64)).map(([value, signature]) => concatBytes(encode(value), signature));
const noticeBytes = any.notice.map((notice) =>
  encodeNotice(
    notice.type === 'device-list'
      ? { type: 'device-list', list: decodeDeviceList(notice.list) }
      : notice.type === 'visitor'
        ? { type: 'visitor', certificate: decodeCertificate(notice.certificate, place.room, place.sender) }
        : notice,
  ),
);
const recordBytes = any.record.map(({ header, nonce, body, signature }) =>
  assembleRecord(concatBytes(encodeHeader(header), nonce, body), signature),
);

const encodeProof = (proof: OpenProof): Uint8Array => writeOpenProof(new ByteWriter(), proof).bytes();

const STRUCTURES: Structure[] = [
  {
    name: 'a device list',
    encoded: any.signedDeviceList,
    again: (bytes) => {
      const { list, proofs } = decodeDeviceList(bytes);
      return concatBytes(encodeDeviceList(list), proofs[0]?.signature ?? new Uint8Array());
    },
  },
  {
    name: 'a prekey',
    encoded: withSignature(any.prekey, encodePrekey),
    again: (bytes) => {
      const { prekey, proof } = decodePrekey(bytes);
      return concatBytes(encodePrekey(prekey), proof.signature);
    },
  },
  {
    name: 'a certificate',
    encoded: any.certificate,
    again: (bytes) => {
      const { link, proof } = decodeCertificate(bytes, place.room, place.sender);
      return encodeCertificate(link, proof.signature);
    },
  },
  { name: 'a notice', encoded: noticeBytes, again: (bytes) => encodeNotice(decodeNotice(bytes, place)) },
  { name: 'an epoch’s core', encoded: any.core.map(encodeCore), again: (bytes) => encodeCore(decodeCore(bytes)) },
  {
    name: 'an epoch’s body',
    encoded: any.epochBody,
    again: (bytes) => {
      const body = decodeEpochBody(bytes);
      const lists = body.lists.map((list) => list.bytes);
      return encodeEpochBody(encodeCore(body.core), lists, body.wrapHashes);
    },
  },
  { name: 'a wrap', encoded: any.wrap.map(encodeWrap), again: (bytes) => encodeWrap(decodeWrap(bytes)) },
  {
    name: 'a record',
    encoded: recordBytes,
    again: (bytes) => {
      const { header, nonce, body, signature } = decodeRecord(bytes);
      return concatBytes(encodeHeader(header), nonce, body, signature);
    },
    openEnded: (bytes) => {
      const { headerBytes, nonce } = decodeRecord(bytes);
      return headerBytes.length + nonce.length + 64;
    },
  },
  {
    name: 'an update’s plaintext',
    encoded: any.updateBody.map(encodeUpdateBody),
    again: (bytes) => encodeUpdateBody(decodeUpdateBody(bytes)),
    openEnded: (bytes) => bytes.length - decodeUpdateBody(bytes).update.length,
  },
  {
    name: 'a snapshot’s plaintext',
    encoded: any.snapshotBody.map(encodeSnapshotBody),
    again: (bytes) => encodeSnapshotBody(decodeSnapshotBody(bytes)),
    spellings: true,
  },
  {
    name: 'a signal’s plaintext',
    encoded: any.presence.map(encodePresence),
    again: (bytes) => encodePresence(decodePresence(bytes)),
  },
  {
    name: 'a proof shown at opening',
    encoded: any.openProof.map(encodeProof),
    again: (bytes) => {
      const reader = new ByteReader(bytes);
      const proof = readOpenProof(reader);
      reader.end();
      return encodeProof(proof);
    },
  },
  { name: 'a padded plaintext', encoded: any.someBytes(700).map(pad), again: (bytes) => pad(unpad(bytes)) },
  {
    name: 'a client’s frame',
    encoded: any.clientFrame.map(encodeClientFrame),
    again: (bytes) => concatBytes(...decodeClientMessage(bytes).map(encodeClientFrame)),
    spellings: true,
  },
  {
    name: 'a relay’s frame',
    encoded: any.relayFrame.map(encodeRelayFrame),
    again: (bytes) => concatBytes(...decodeRelayMessage(bytes).map(encodeRelayFrame)),
    spellings: true,
  },
];

/** Runs a decoder on hostile bytes: only a WireError may come out, and soon. */
function survives(again: Structure['again'], bytes: Uint8Array): 'accepted' | 'refused' {
  const startedAt = performance.now();
  try {
    again(bytes);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return 'refused';
  } finally {
    const took = performance.now() - startedAt;
    if (took > QUICK_MS) expect.fail(`took ${took} ms`);
  }
}

describe.each(STRUCTURES)('[EN2] $name', ({ encoded, again, openEnded, spellings }) => {
  it('decodes to what encodes to the same bytes', () => {
    fc.assert(
      fc.property(encoded, (bytes) => {
        expect(again(bytes)).toEqual(bytes);
      }),
      RUNS,
    );
  });

  it('is refused wherever it is cut off, and with a byte too many', () => {
    fc.assert(
      fc.property(encoded, (bytes) => {
        const end = openEnded ? openEnded(bytes) : bytes.length;
        for (let length = 0; length < end; length++)
          if (survives(again, bytes.subarray(0, length)) !== 'refused') expect.fail(`accepted ${length} bytes`);
        for (let length = end; length < bytes.length; length++) survives(again, bytes.subarray(0, length));
        if (openEnded) return;
        // A frame may be followed by another one; no frame has the tag 0.
        expect(survives(again, concatBytes(bytes, new Uint8Array(1)))).toBe('refused');
      }),
      { numRuns: 8 },
    );
  });

  it('with a bit turned over is refused or read as another value, and nothing else happens', () => {
    fc.assert(
      fc.property(encoded, fc.nat(), fc.integer({ min: 0, max: 7 }), (bytes, at, bit) => {
        const changed = bytes.slice();
        const index = at % changed.length;
        changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        if (survives(again, changed) === 'accepted' && !spellings) expect(again(changed)).not.toEqual(bytes);
      }),
      { numRuns: 150 },
    );
  });

  it('out of random bytes is refused or read, and nothing else happens', () => {
    fc.assert(
      fc.property(any.someBytes(400), (bytes) => {
        survives(again, bytes);
      }),
      { numRuns: 100 },
    );
  });

  it('with random bytes behind its beginning is refused or read, and nothing else happens', () => {
    fc.assert(
      fc.property(encoded, fc.nat(), any.someBytes(200), (bytes, at, noise) => {
        survives(again, concatBytes(bytes.subarray(0, at % bytes.length), noise));
      }),
      { numRuns: 100 },
    );
  });
});

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

describe('[FR3] a proof shown at opening', () => {
  const read = (bytes: Uint8Array) => () => readOpenProof(new ByteReader(bytes));
  const block = (tag: number, length: number) => new ByteWriter().u8(tag).block(new Uint8Array(length)).bytes();

  it('is decoded to what was encoded', () => {
    fc.assert(
      fc.property(any.openProof, (proof) => {
        expect(readOpenProof(new ByteReader(encodeProof(proof)))).toEqual(proof);
      }),
      RUNS,
    );
  });
  it('is none without a certificate', () => {
    expect(certificateProof(new Uint8Array())).toEqual(NO_PROOF);
    expect(encodeProof(NO_PROOF)).toEqual(Uint8Array.of(0));
  });
  it('has a bounded size', () => {
    expect(read(block(1, CERTIFICATE_BYTES))().type).toBe('certificate');
    expect(read(block(2, MAX_DEVICE_LIST_BYTES))().type).toBe('device-list');
    expect(read(block(1, CERTIFICATE_BYTES + 1))).toThrow('too-large');
    expect(read(block(2, MAX_DEVICE_LIST_BYTES + 1))).toThrow('too-large');
  });
  it('[EN5] of another kind is not guessed at', () => {
    expect(read(block(3, 0))).toThrow('unknown-version');
  });
});

describe('[LI1] a link', () => {
  const partsOf = (path: string): [string, string] => path.replace('/d/', '').split('#') as [string, string];
  const read = (room: string, fragment: string) => (): Uint8Array => {
    decodeLink(blake2b, room, fragment);
    return new Uint8Array();
  };

  it('decodes to what was encoded', () => {
    fc.assert(
      fc.property(any.link, (link) => {
        expect(decodeLink(blake2b, ...partsOf(encodeLink(blake2b, link)))).toEqual(link);
      }),
      RUNS,
    );
  });

  it('is refused with any letter changed or lost, in the room or in the fragment', () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(
      fc.property(any.link, fc.nat(), fc.constantFrom(...letters), (link, at, letter) => {
        const [room, fragment] = partsOf(encodeLink(blake2b, link));
        const whole = room + fragment;
        const index = at % whole.length;
        fc.pre(whole[index] !== letter);
        const changed = whole.slice(0, index) + letter + whole.slice(index + 1);
        expect(survives(read(changed.slice(0, 43), changed.slice(43)), ZERO_BYTES)).toBe('refused');
        for (let length = 0; length < fragment.length; length++)
          expect(survives(read(room, fragment.slice(0, length)), ZERO_BYTES)).toBe('refused');
      }),
      RUNS,
    );
  });

  it('out of any text is refused, and nothing else happens', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), any.link, (room, fragment, link) => {
        expect(survives(read(room, fragment), ZERO_BYTES)).toBe('refused');
        expect(survives(read(link.room, fragment), ZERO_BYTES)).toBe('refused');
      }),
      { numRuns: 100 },
    );
  });
});

describe('[RE1] a record with its clear body', () => {
  it('whatever lies in the body of an epoch or a notice, it is read or refused', () => {
    const clear = any.record.filter(({ header }) => header.kind === 'epoch' || header.kind === 'notice');
    fc.assert(
      fc.property(clear, fc.oneof(any.epochBody, noticeBytes, any.someBytes(300)), ({ header, signature }, body) => {
        const record = assembleRecord(concatBytes(encodeHeader(header), body), signature);
        survives((bytes) => {
          parseRecord(decodeRecord(bytes));
          return bytes;
        }, record);
      }),
      { numRuns: 100 },
    );
  });
});
