import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN_PADDED_BYTES, pad, paddedLength, unpad } from '../../../src/engine/seal/padding.ts';
import {
  clearRecord,
  type EpochKey,
  openRecord,
  RecordKeys,
  sealRecord,
} from '../../../src/engine/seal/record-seal.ts';
import { aeadSeal, sign, signingKeyFromSeed, sodiumReady, verify } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { concatBytes, WireError } from '../../../src/wire/bytes.ts';
import { deviceId, hashId, idBytes, roomId } from '../../../src/wire/ids.ts';
import {
  assembleRecord,
  decodeRecord,
  encodeHeader,
  type Header,
  SIGNATURE_BYTES,
  type SignedRecord,
  signedBytes,
  unsignedBytes,
} from '../../../src/wire/record.ts';

// Not in a hook: the names of the tests below come from keys.
await sodiumReady();

const filled = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const signerOf = (byte: number) => signingKeyFromSeed(filled(byte));
const EPOCH: EpochKey = { epoch: 3, coreHash: hashId(filled(7)), secret: filled(8) };
const PLAIN = new TextEncoder().encode('what nobody but the members may read');

type Purpose = { readonly name: string; readonly header: Header; readonly epoch: EpochKey; readonly signer: number };

function purposes(): Purpose[] {
  const base: Header = {
    kind: 'update',
    stream: { class: 'content', segment: 0 },
    room: roomId(filled(1)),
    epoch: 3,
    sender: deviceId(signerOf(1).publicKey),
    counter: 5,
    head: { seq: 9, hash: hashId(filled(2)) },
    units: 0,
    cover: null,
  };
  const purpose = (name: string, header: Partial<Header>, epoch: Partial<EpochKey> = {}, signer = 1): Purpose => ({
    name,
    header: { ...base, sender: deviceId(signerOf(signer).publicKey), epoch: epoch.epoch ?? 3, ...header },
    epoch: { ...EPOCH, ...epoch },
    signer,
  });
  const cover = { seq: 4, hash: hashId(filled(3)) };
  return [
    purpose('an update', {}),
    purpose('a snapshot', { kind: 'snapshot', cover }),
    purpose('a signal', { kind: 'signal', stream: { class: 'none', segment: 0 } }),
    purpose('an update of comments', { stream: { class: 'comments', segment: 0 } }),
    purpose('a snapshot of comments', { kind: 'snapshot', cover, stream: { class: 'comments', segment: 0 } }),
    purpose('an update of segment 1', { stream: { class: 'content', segment: 1 } }),
    purpose('an update of segment 256', { stream: { class: 'content', segment: 256 } }),
    purpose('an update of another device', {}, {}, 2),
    purpose('a signal of another device', { kind: 'signal', stream: { class: 'none', segment: 0 } }, {}, 2),
    purpose('an update of another epoch', {}, { epoch: 4, coreHash: hashId(filled(17)), secret: filled(18) }),
    purpose('an update of another core with the same secret', {}, { coreHash: hashId(filled(27)) }),
    purpose('an update of another secret with the same core', {}, { secret: filled(28) }),
    purpose(
      'an update of another room',
      { room: roomId(filled(31)) },
      { coreHash: hashId(filled(37)), secret: filled(38) },
    ),
  ];
}

const sealed = ({ header, epoch, signer }: Purpose): Uint8Array =>
  sealRecord(new RecordKeys(), epoch, header, PLAIN, signerOf(signer), nodeRandom);
const keyOf = ({ header, epoch }: Purpose): Uint8Array =>
  new RecordKeys().of(epoch, header.stream, header.kind, header.sender);
const signatureHolds = (record: SignedRecord): boolean =>
  verify({
    key: idBytes(record.header.sender),
    message: signedBytes(record.header.kind, unsignedBytes(record)),
    signature: record.signature,
  });
/** Opens with that epoch's secret whatever epoch the header says: the seal alone has to hold. */
const open = (record: SignedRecord, epoch: EpochKey) =>
  openRecord(new RecordKeys(), { ...epoch, epoch: record.header.epoch }, record);
const signedAs = ({ header, signer }: Purpose, nonce: Uint8Array, body: Uint8Array): SignedRecord => {
  const unsigned = concatBytes(encodeHeader(header), nonce, body);
  return decodeRecord(assembleRecord(unsigned, sign(signedBytes(header.kind, unsigned), signerOf(signer))));
};

describe('[RE3] what is sealed for one purpose opens for that purpose alone', () => {
  it('each kind is sealed and opened', () => {
    for (const purpose of purposes()) {
      const record = decodeRecord(sealed(purpose));
      expect(signatureHolds(record)).toBe(true);
      expect(openRecord(new RecordKeys(), purpose.epoch, record), purpose.name).toEqual({ ok: true, value: PLAIN });
    }
  });

  it('clear kinds are not sealed, sealed kinds not sent in the clear', () => {
    const [update] = purposes();
    const notice: Header = { ...update!.header, kind: 'notice', stream: { class: 'none', segment: 0 } };
    expect(() => sealRecord(new RecordKeys(), EPOCH, notice, PLAIN, signerOf(1), nodeRandom)).toThrow('not sealed');
    expect(() => clearRecord(update!.header, PLAIN, signerOf(1))).toThrow('are sealed');
  });

  it('no two purposes have one key, and a key is the same when it comes from the cache', () => {
    const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');
    const derived = purposes().map((purpose) => hex(keyOf(purpose)));
    expect(new Set(derived).size).toBe(derived.length);
    const keys = new RecordKeys();
    purposes().forEach(({ name, header, epoch }, i) => {
      // The cache goes by core hash: a core commits to its secret, so there is no second secret for one.
      if (name.includes('with the same core')) return;
      for (let again = 0; again < 2; again++)
        expect(hex(keys.of(epoch, header.stream, header.kind, header.sender))).toBe(derived[i]);
    });
  });

  it.each(purposes())('$name: moved under any other header it does not open', (from) => {
    const record = decodeRecord(sealed(from));
    for (const to of purposes()) {
      if (to.name === from.name) continue;
      const moved = signedAs(to, record.nonce, record.body);
      expect(signatureHolds(moved)).toBe(true);
      expect(open(moved, to.epoch), to.name).toMatchObject({ ok: false, reason: 'cannot-open' });
      // Two of them differ in the epoch's keys alone, and so share a header.
      const sameHeader = Buffer.compare(encodeHeader(to.header), encodeHeader(from.header)) === 0;
      expect(open(moved, from.epoch).ok, to.name).toBe(sameHeader);
    }
  });

  it.each(purposes())('$name: sealed under the key of any other purpose it does not open', (purpose) => {
    for (const other of purposes()) {
      if (other.name === purpose.name) continue;
      const nonce = nodeRandom.bytes(24);
      const body = aeadSeal(pad(PLAIN), encodeHeader(purpose.header), nonce, keyOf(other));
      expect(open(signedAs(purpose, nonce, body), purpose.epoch), other.name).toMatchObject({ reason: 'cannot-open' });
    }
  });

  it('a signature over one kind does not count for another', () => {
    const [update, snapshot] = purposes();
    const record = decodeRecord(sealed(update!));
    const unsigned = unsignedBytes(record);
    const other = assembleRecord(unsigned, sign(signedBytes(snapshot!.header.kind, unsigned), signerOf(1)));
    expect(signatureHolds(decodeRecord(other))).toBe(false);
  });

  it('another epoch’s key is not even tried', () => {
    const record = decodeRecord(sealed(purposes()[0]!));
    expect(openRecord(new RecordKeys(), { ...EPOCH, epoch: 4 }, record)).toMatchObject({
      reason: 'cannot-open',
      detail: 'another epoch',
    });
  });
});

describe('[RE2] [RE3] any bit of the header is covered by signature and seal', () => {
  it.each(purposes().slice(0, 3))('$name', (purpose) => {
    const bytes = sealed(purpose);
    const length = decodeRecord(bytes).headerBytes.length;
    let read = 0;
    for (let bit = 0; bit < length * 8; bit++) {
      const changed = bytes.slice();
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      let record: SignedRecord;
      try {
        record = decodeRecord(changed);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
        continue;
      }
      read++;
      if (signatureHolds(record)) expect.fail(`signature holds with bit ${bit} changed`);
      if (open(record, purpose.epoch).ok) expect.fail(`opens with bit ${bit} changed`);
    }
    expect(read).toBeGreaterThan(length * 6);
  });

  it('and so is any bit of nonce, ciphertext and tag', () => {
    const purpose = purposes()[0]!;
    const bytes = sealed(purpose);
    const { headerBytes } = decodeRecord(bytes);
    for (let at = headerBytes.length; at < bytes.length - SIGNATURE_BYTES; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ (1 << (at & 7));
      const record = decodeRecord(changed);
      if (signatureHolds(record) || open(record, purpose.epoch).ok) expect.fail(`byte ${at}`);
    }
  });
});

describe('[RE2] [RE3] what is cut short is refused', () => {
  const purpose = purposes.bind(null);

  it('ciphertext and tag, at every length, although signed anew', () => {
    const update = purpose()[0]!;
    const record = decodeRecord(sealed(update));
    for (let length = 0; length < record.body.length; length++) {
      const cut = signedAs(update, record.nonce, record.body.subarray(0, length));
      if (open(cut, update.epoch).ok) expect.fail(`${length} bytes`);
    }
  });

  it('the signature, at every length', () => {
    const bytes = sealed(purpose()[0]!);
    for (let cut = 1; cut <= SIGNATURE_BYTES; cut++)
      expect(signatureHolds(decodeRecord(bytes.subarray(0, bytes.length - cut)))).toBe(false);
    const record = decodeRecord(bytes);
    const proof = { key: idBytes(record.header.sender), message: unsignedBytes(record) };
    for (let length = 0; length < SIGNATURE_BYTES; length++)
      expect(verify({ ...proof, signature: record.signature.subarray(0, length) })).toBe(false);
  });
});

describe('[RE4] padding', () => {
  it('is 256 bytes at least', () => {
    for (let length = 0; length <= MIN_PADDED_BYTES; length++) expect(paddedLength(length)).toBe(MIN_PADDED_BYTES);
    expect(pad(new Uint8Array(252))).toHaveLength(256);
    expect(pad(new Uint8Array(253))).toHaveLength(272);
  });

  it('costs at most 12 %, never shrinks, and leaves a padded length alone', () => {
    let before = MIN_PADDED_BYTES;
    const check = (length: number): void => {
      const padded = paddedLength(length);
      if (padded < length || padded / length > 1.12) expect.fail(`${length} becomes ${padded}`);
      if (paddedLength(padded) !== padded) expect.fail(`${padded} is padded further`);
    };
    for (let length = 257; length < 70_000; length++) {
      check(length);
      if (paddedLength(length) < before) expect.fail(`${length} becomes shorter than ${length - 1}`);
      before = paddedLength(length);
    }
    fc.assert(fc.property(fc.integer({ min: 257, max: 16 * 1024 * 1024 }), check), { numRuns: 500 });
  });

  it('leaves few lengths to tell apart', () => {
    const lengths = new Set(Array.from({ length: 65_536 }, (_, length) => paddedLength(length)));
    expect(lengths.size).toBeLessThan(150);
  });

  it('unpad gives back what was padded, and refuses any other padding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1500 }), fc.nat(), fc.integer({ min: 1, max: 300 }), (plain, at, more) => {
        const padded = pad(plain);
        expect(unpad(padded)).toEqual(plain);
        expect(() => unpad(concatBytes(padded, new Uint8Array(more)))).toThrow(WireError);
        const fill = padded.length - plain.length - 4;
        if (fill === 0) return;
        const dirty = padded.slice();
        dirty[4 + plain.length + (at % fill)] = 1;
        expect(() => unpad(dirty)).toThrow(WireError);
        expect(() => unpad(padded.subarray(0, padded.length - 1))).toThrow(WireError);
      }),
    );
  });

  it('hides the length of a short edit in the record', () => {
    const update = purposes()[0]!;
    const lengthOf = (plain: Uint8Array): number =>
      sealRecord(new RecordKeys(), EPOCH, update.header, plain, signerOf(1), nodeRandom).length;
    expect(lengthOf(new Uint8Array(1))).toBe(lengthOf(new Uint8Array(200)));
  });
});
