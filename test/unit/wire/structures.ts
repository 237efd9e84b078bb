/** Every structure that goes over the wire or into a record, with valid encodings of it. */
import fc from 'fast-check';
import { decodePresence, encodePresence } from '../../../src/engine/rooms/signal-body.ts';
import { decodeSnapshotBody, encodeSnapshotBody } from '../../../src/engine/rooms/snapshot-body.ts';
import { decodeUpdateBody, encodeUpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { pad, unpad } from '../../../src/engine/seal/padding.ts';
import { ByteReader, ByteWriter, concatBytes } from '../../../src/wire/bytes.ts';
import { decodeCertificate, encodeCertificate } from '../../../src/wire/certificate.ts';
import { decodeClientMessage, encodeClientFrame } from '../../../src/wire/client-frames.ts';
import { decodeDeviceList, encodeDeviceList } from '../../../src/wire/device-list.ts';
import {
  decodeCore,
  decodeEpochBody,
  decodeWrap,
  encodeCore,
  encodeEpochBody,
  encodeWrap,
} from '../../../src/wire/epoch.ts';
import { deviceId, roomId, ZERO_BYTES } from '../../../src/wire/ids.ts';
import { decodeInvitation, encodeInvitation } from '../../../src/wire/invitation.ts';
import { decodeNotice, encodeNotice } from '../../../src/wire/notice.ts';
import { type OpenProof, readOpenProof, writeOpenProof } from '../../../src/wire/open-proof.ts';
import { decodePrekey, encodePrekey } from '../../../src/wire/prekey.ts';
import { assembleRecord, decodeRecord, encodeHeader } from '../../../src/wire/record.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../../src/wire/relay-frames.ts';
import * as any from './arbitraries.ts';

export type Structure = {
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

const place = { room: roomId(ZERO_BYTES), sender: deviceId(ZERO_BYTES) };
const withSignature = <T>(of: fc.Arbitrary<T>, encode: (value: T) => Uint8Array): fc.Arbitrary<Uint8Array> =>
  fc.tuple(of, any.bytes(64)).map(([value, signature]) => concatBytes(encode(value), signature));
export const noticeBytes = any.notice.map((notice) =>
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

export const encodeProof = (proof: OpenProof): Uint8Array => writeOpenProof(new ByteWriter(), proof).bytes();

export const STRUCTURES: Structure[] = [
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
  {
    name: 'an invitation',
    encoded: any.invitation,
    again: (bytes) => {
      const { note, proof } = decodeInvitation(bytes);
      return concatBytes(encodeInvitation(note), proof.signature);
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
