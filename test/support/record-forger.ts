/** Somebody with a link to a room who makes records by hand, each as an honest device would but for what a test overrides. */
import * as Y from 'yjs';
import { type Identity, makeIdentity } from '../../src/engine/epochs/identity.ts';
import { certify, type LinkKeys, linkKeys } from '../../src/engine/epochs/link-keys.ts';
import type { Random } from '../../src/engine/ports.ts';
import { type ClaimedId, clientIdOf } from '../../src/engine/rooms/client-ids.ts';
import type { LogReader, ReaderOptions } from '../../src/engine/rooms/log-reader.ts';
import { clearRecord, sealRecord } from '../../src/engine/seal/record-seal.ts';
import { decodeCertificate } from '../../src/wire/certificate.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { encodeNotice } from '../../src/wire/notice.ts';
import { CONTENT, type Header, NO_STREAM } from '../../src/wire/record.ts';
import { optionsOf, secretOf } from './link-reader.ts';

export abstract class RecordForger {
  readonly room: RoomId;
  readonly random: Random;
  readonly identity: Identity;
  readonly options: ReaderOptions;
  readonly link: LinkKeys;
  #counter = 0;

  /** `path`: a share link. */
  constructor(room: RoomId, path: string, random: Random) {
    this.room = room;
    this.random = random;
    this.identity = makeIdentity(random, 0);
    this.options = optionsOf(path, room);
    this.link = linkKeys(secretOf(path, room));
  }

  /** What follows the log. */
  abstract get reader(): LogReader;
  /** The content as it stands there. */
  abstract get doc(): Y.Doc;

  /** An id of this device; another one for each `fill`. */
  claimWith(fill: number): ClaimedId {
    const nonce = new Uint8Array(16).fill(fill);
    return { clientId: clientIdOf(this.identity.device, this.room, CONTENT, nonce), nonce };
  }

  /** What an edit under `clientId` on top of `base` comes to. */
  updateUnder(clientId: number, edit: (doc: Y.Doc) => void, base: Y.Doc = this.doc): Uint8Array {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(base));
    doc.clientID = clientId;
    const before = Y.encodeStateVector(doc);
    doc.transact(() => edit(doc));
    return Y.encodeStateAsUpdate(doc, before);
  }

  header(kind: Header['kind'], overrides: Partial<Header> = {}): Header {
    return {
      kind,
      stream: kind === 'update' || kind === 'snapshot' ? CONTENT : NO_STREAM,
      room: this.room,
      epoch: this.reader.access?.epoch ?? 1,
      sender: this.identity.device,
      counter: ++this.#counter,
      head: this.reader.position,
      units: 0,
      cover: null,
      ...overrides,
    };
  }

  /** A sealed record with any plaintext. */
  sealed(kind: 'update' | 'snapshot' | 'signal', plain: Uint8Array, overrides: Partial<Header> = {}): Uint8Array {
    const key = this.reader.epochKey;
    if (!key) throw new Error('no epoch key');
    const header = this.header(kind, overrides);
    return sealRecord(this.options.keys, key, header, plain, this.identity.signing, this.random);
  }
  clear(kind: 'notice' | 'epoch', body: Uint8Array, overrides: Partial<Header> = {}): Uint8Array {
    return clearRecord(this.header(kind, overrides), body, this.identity.signing);
  }
  get certificate(): Uint8Array {
    return certify(this.link, this.room, this.identity.device);
  }
  introduction(): Uint8Array {
    const certificate = decodeCertificate(this.certificate, this.room, this.identity.device);
    return this.clear('notice', encodeNotice({ type: 'visitor', certificate }));
  }
}
