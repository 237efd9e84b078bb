/** Notices: clear, signed entries of the log that take effect at their position [NO1]–[NO5]. */
import { ByteReader, ByteWriter, WireError } from './bytes.ts';
import { CERTIFICATE_BYTES, type Certificate, decodeCertificate } from './certificate.ts';
import { decodeDeviceList, type SignedDeviceList } from './device-list.ts';
import { type Hash, hashId, ID_BYTES, idBytes } from './ids.ts';
import { MAX_NOTICE_RECORD_BYTES } from './limits.ts';
import type { Header } from './record.ts';

export type Notice =
  /** A newer device list of the sender's principal. */
  | { readonly type: 'device-list'; readonly list: SignedDeviceList }
  /** The sender's principal leaves. */
  | { readonly type: 'leave' }
  /** A snapshot does not match what the sender holds; or the sender cannot open this epoch. */
  | { readonly type: 'objection'; readonly seq: number; readonly record: Hash }
  /** A visitor's device introduces itself before its first record. */
  | { readonly type: 'visitor'; readonly certificate: Certificate };

const TAGS = { 'device-list': 1, leave: 2, objection: 3, visitor: 4 } as const;

export function encodeNotice(notice: Notice): Uint8Array {
  const out = new ByteWriter().u8(TAGS[notice.type]);
  if (notice.type === 'device-list') out.raw(notice.list.bytes);
  if (notice.type === 'objection') out.u64(notice.seq).raw(idBytes(notice.record));
  if (notice.type === 'visitor') out.raw(notice.certificate.bytes);
  return out.bytes();
}

/** `header`: a certificate speaks of the record's own room and sender. */
export function decodeNotice(body: Uint8Array, header: Pick<Header, 'room' | 'sender'>): Notice {
  const reader = new ByteReader(body);
  const notice = readNotice(reader, header);
  reader.end();
  return notice;
}

function readNotice(reader: ByteReader, header: Pick<Header, 'room' | 'sender'>): Notice {
  const tag = reader.u8();
  if (tag === TAGS['device-list']) {
    if (reader.remaining > MAX_NOTICE_RECORD_BYTES) throw new WireError('too-large', 'device list');
    return { type: 'device-list', list: decodeDeviceList(reader.rest()) };
  }
  if (tag === TAGS.leave) return { type: 'leave' };
  if (tag === TAGS.objection) return { type: 'objection', seq: reader.u64(), record: hashId(reader.raw(ID_BYTES)) };
  if (tag === TAGS.visitor)
    return {
      type: 'visitor',
      certificate: decodeCertificate(reader.raw(CERTIFICATE_BYTES), header.room, header.sender),
    };
  throw new WireError('unknown-version', `notice ${tag}`);
}
