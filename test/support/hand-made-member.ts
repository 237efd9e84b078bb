/**
 * A member of a room that follows no rule: it has a link, follows the log as an honest reader would, and then sends
 * whatever record a test makes by hand.
 */
import * as Y from 'yjs';
import { makeIdentity } from '../../src/engine/epochs/identity.ts';
import { certify, type LinkKeys, linkKeys } from '../../src/engine/epochs/link-keys.ts';
import { unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import type { EnginePorts, RelayConnector } from '../../src/engine/ports.ts';
import { CatchUp } from '../../src/engine/rooms/catch-up.ts';
import { clientIdOf } from '../../src/engine/rooms/client-ids.ts';
import { LogReader } from '../../src/engine/rooms/log-reader.ts';
import { docOf, type Replica } from '../../src/engine/rooms/replay.ts';
import { encodeUpdateBody, type UpdateBody } from '../../src/engine/rooms/update-body.ts';
import { clearRecord, RecordKeys, sealRecord } from '../../src/engine/seal/record-seal.ts';
import { blake2b, sodiumReady } from '../../src/engine/seal/sodium.ts';
import { RelaySession, type RoomFrame, type RoomLink } from '../../src/engine/sync/relay-session.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { makeRelayConnector } from '../../src/platform/node/relay-connector.ts';
import { decodeCertificate } from '../../src/wire/certificate.ts';
import type { ClientFrame } from '../../src/wire/client-frames.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { decodeLink } from '../../src/wire/link.ts';
import { encodeNotice } from '../../src/wire/notice.ts';
import { certificateProof } from '../../src/wire/open-proof.ts';
import { CONTENT, type Header, NO_STREAM } from '../../src/wire/record.ts';
import type { Reason } from '../../src/wire/refusals.ts';
import { noService } from './no-service.ts';
import { until } from './node-engine.ts';

export class HandMadeMember implements RoomLink {
  readonly room: RoomId;
  readonly identity = makeIdentity(nodeRandom, 0);
  readonly #link: LinkKeys;
  readonly #session: RelaySession;
  readonly #replica: Replica;
  readonly #keys = new RecordKeys();
  #catchUp: CatchUp | null = null;
  #outcome: ((outcome: 'taken' | Reason) => void) | null = null;
  #sent: Uint8Array = new Uint8Array();
  /** The next record's counter; grows by itself. */
  counter = 1;

  private constructor(relay: RelayConnector, path: string) {
    const [place = '', fragment = ''] = path.split('#');
    const link = decodeLink(blake2b, place.replace('/d/', ''), fragment);
    this.room = link.room;
    this.#link = linkKeys(link.secret);
    const reader = new LogReader({
      room: link.room,
      keys: this.#keys,
      unwrap: (access, wrap) => {
        const key = unwrapSecret(wrap, access.core, access.coreHash, this.#link.principal, this.#link.kem.secretKey);
        return key.ok ? key.value : undefined;
      },
    });
    this.#replica = { reader, docs: new Map() };
    const ports: EnginePorts = {
      clock: nodeClock,
      random: nodeRandom,
      relay,
      boxes: new MemoryBoxStore(),
      log: () => undefined,
      ...noService,
    };
    const ignore = () => undefined;
    this.#session = new RelaySession(ports, () => this.identity, ignore, ignore);
  }

  /** `path`: a share link without the server's address. Introduces itself unless `quiet`. */
  static async join(server: string, path: string, quiet = false): Promise<HandMadeMember> {
    await sodiumReady();
    const member = new HandMadeMember(makeRelayConnector(server), path);
    member.#session.join(member);
    member.#session.start();
    await until(() => member.#isCaughtUp, 'hand-made member caught up');
    if (!quiet) await member.introduce();
    return member;
  }

  get reader(): LogReader {
    return this.#replica.reader;
  }
  /** The content as this member has it. */
  get doc(): Y.Doc {
    return docOf(this.#replica, CONTENT);
  }
  get #isCaughtUp(): boolean {
    return this.#catchUp !== null && this.reader.position.seq >= this.#catchUp.head.seq;
  }

  close(): void {
    this.#session.stop();
  }

  /** A claim of an id of this device. */
  claim(fill = 1): { clientId: number; nonce: Uint8Array } {
    const nonce = new Uint8Array(16).fill(fill);
    return { clientId: clientIdOf(this.identity.device, this.room, CONTENT, nonce), nonce };
  }

  header(kind: Header['kind'], overrides: Partial<Header> = {}): Header {
    return {
      kind,
      stream: kind === 'update' || kind === 'snapshot' ? CONTENT : NO_STREAM,
      room: this.room,
      epoch: this.reader.access?.epoch ?? 1,
      sender: this.identity.device,
      counter: this.counter++,
      head: this.reader.position,
      units: 0,
      cover: null,
      ...overrides,
    };
  }

  introduce(): Promise<'taken' | Reason> {
    const certificate = certify(this.#link, this.room, this.identity.device);
    const decoded = decodeCertificate(certificate, this.room, this.identity.device);
    const body = encodeNotice({ type: 'visitor', certificate: decoded });
    return this.append(clearRecord(this.header('notice'), body, this.identity.signing));
  }

  /** A sealed record with any plaintext. */
  sealed(kind: 'update' | 'snapshot', plain: Uint8Array, overrides: Partial<Header> = {}): Uint8Array {
    const key = this.reader.epochKey;
    if (!key) throw new Error('no epoch key');
    return sealRecord(this.#keys, key, this.header(kind, overrides), plain, this.identity.signing, nodeRandom);
  }

  update(body: UpdateBody, overrides: Partial<Header> = {}): Promise<'taken' | Reason> {
    return this.append(this.sealed('update', encodeUpdateBody(body), overrides));
  }

  /** Sends a record and waits for the relay's answer. */
  append(record: Uint8Array): Promise<'taken' | Reason> {
    const channel = this.#catchUp?.channel;
    if (channel === undefined) throw new Error('not open');
    this.#sent = record;
    return new Promise((resolve) => {
      this.#outcome = resolve;
      this.#session.send({ type: 'append', channel, record, wraps: [] });
    });
  }

  send(frame: ClientFrame): void {
    this.#session.send(frame);
  }

  onOnline(): void {
    const proof = certificateProof(certify(this.#link, this.room, this.identity.device));
    this.#session.send({ type: 'open', room: this.room, mode: 'live', from: 0, proof });
  }
  onOffline(): void {
    this.#catchUp = null;
  }

  onFrame(frame: RoomFrame): void {
    switch (frame.type) {
      case 'opened':
        this.#catchUp = new CatchUp(frame);
        return;
      case 'entry': {
        const reading = this.reader.read(
          { seq: frame.seq, record: frame.record.slice(), wrap: frame.wrap.slice() },
          false,
        );
        if (reading.type === 'update') Y.applyUpdate(this.doc, reading.update);
        return;
      }
      case 'ack':
        this.reader.read({ seq: frame.seq, record: this.#sent, wrap: new Uint8Array() }, true);
        this.#outcome?.('taken');
        return;
      case 'refused':
        this.#outcome?.(frame.reason);
        return;
      default:
        return;
    }
  }
}
