/** A room whose owner renewed its keys often, record by record; and what an honest relay shows of it to a reader that holds nothing. */

import { makeRoom } from '../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../src/engine/epochs/identity.ts';
import { certify, linkKeys } from '../../src/engine/epochs/link-keys.ts';
import { makeNextEpoch, ownPrekey, renewalPlan } from '../../src/engine/epochs/next-epoch.ts';
import { unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import { type AccessRequest, planOf } from '../../src/engine/membership/access-change.ts';
import { type LogEntry, LogReader, type LogStart, type ReaderOptions } from '../../src/engine/rooms/log-reader.ts';
import { snapshotOf } from '../../src/engine/rooms/replay.ts';
import { clearRecord, RecordKeys, sealRecord } from '../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import type { Access } from '../../src/wire/access.ts';
import { decodeCertificate } from '../../src/wire/certificate.ts';
import { recordHash } from '../../src/wire/chain.ts';
import { decodeWrap } from '../../src/wire/epoch.ts';
import { isPlainRenewal } from '../../src/wire/epoch-access.ts';
import type { DeviceId, Hash } from '../../src/wire/ids.ts';
import { encodeNotice } from '../../src/wire/notice.ts';
import { CONTENT, decodeRecord, type Header, isControl, NO_STREAM } from '../../src/wire/record.ts';

const NO_WRAP = new Uint8Array();

export class RenewedRoom {
  readonly ann = makeIdentity(nodeRandom, 0);
  readonly bob = makeIdentity(nodeRandom, 0);
  readonly options: ReaderOptions;
  entries: LogEntry[] = [];
  /** Reads all of it as an honest member does. */
  reader: LogReader;
  readonly #renewals = new Set<number>();
  readonly #editSecret: Uint8Array;
  #counter = 1;

  constructor() {
    const made = makeRoom(this.ann, nodeRandom, 0);
    const { device, prekey } = this.ann;
    const unwrap: ReaderOptions['unwrap'] = (access, wrap) => {
      const key = unwrapSecret(wrap, access.core, access.coreHash, device, prekey.secretKey);
      return key.ok ? key.value : undefined;
    };
    this.options = { room: made.room, keys: new RecordKeys(), unwrap };
    this.#editSecret = made.editSecret;
    this.reader = new LogReader(this.options);
    this.#append(made.record, made.wraps);
  }

  get access(): Access {
    if (!this.reader.access) throw new Error('nothing read');
    return this.reader.access;
  }
  hashAt(seq: number): Hash {
    return recordHash(blake2b, this.#at(seq).record);
  }
  #at(seq: number): LogEntry {
    const entry = this.entries[seq - 1];
    if (!entry) throw new Error(`no record ${seq}`);
    return entry;
  }

  /** Returns whether it counts. */
  #append(record: Uint8Array, wraps: readonly Uint8Array[] = []): boolean {
    const wrap = wraps.find((candidate) => decodeWrap(candidate).recipient === this.ann.device) ?? NO_WRAP;
    const entry = { seq: this.entries.length + 1, record, wrap };
    const reading = this.reader.read(entry, false);
    this.entries.push(entry);
    if (reading.type === 'epoch' && isPlainRenewal(this.access)) this.#renewals.add(entry.seq);
    return reading.type !== 'void';
  }

  /** The next epoch as it follows from `before`. */
  epoch(signer: Identity, request?: AccessRequest, before = this.access): boolean {
    const planned = request
      ? planOf(before, signer.principal, request)
      : { ok: true as const, plan: renewalPlan(before) };
    if (!planned.ok) throw new Error(planned.reason);
    const at = { counter: ++this.#counter, position: this.reader.position, date: 0 };
    const prekeyOf = (device: DeviceId) => {
      const signed = [this.ann, this.bob].find((one) => one.device === device)?.signedPrekey;
      return signed && ownPrekey(device, signed);
    };
    const { record, wraps } = makeNextEpoch(signer, before, planned.plan, at, prekeyOf, nodeRandom);
    return this.#append(record, wraps);
  }
  renew(times: number, signer = this.ann): void {
    for (let made = 0; made < times; made++) this.epoch(signer);
  }
  add(): void {
    const { principal, list } = this.bob;
    this.epoch(this.ann, { type: 'add', principal, role: 'editor', deviceList: list });
  }
  remove(): void {
    this.epoch(this.ann, { type: 'remove', principal: this.bob.principal });
  }
  visitor(): void {
    const { room } = this.options;
    const device = makeIdentity(nodeRandom, 0);
    const bytes = certify(linkKeys(this.#editSecret), room, device.device);
    const notice = { type: 'visitor' as const, certificate: decodeCertificate(bytes, room, device.device) };
    this.#append(clearRecord(this.#header('notice', device), encodeNotice(notice), device.signing));
  }
  objection(): void {
    const notice = { type: 'objection' as const, seq: 1, record: this.hashAt(1) };
    this.#append(clearRecord(this.#header('notice', this.ann), encodeNotice(notice), this.ann.signing));
  }
  /** Of everything so far. */
  snapshot(signer = this.ann): void {
    const log = this.entries.map((entry) => ({ entry }));
    const kept = { controls: [], thinned: [], snapshot: null, log };
    const made = snapshotOf(this.options, kept, CONTENT, this.entries.length);
    const key = this.reader.epochKey;
    if (!made.ok || !key) throw new Error('no snapshot');
    const header = { ...this.#header('snapshot', signer), stream: CONTENT, cover: made.value.cover };
    this.#append(sealRecord(this.options.keys, key, header, made.value.plain, signer.signing, nodeRandom));
  }

  #header(kind: Header['kind'], { device }: Identity): Header {
    const { access, position } = this.reader;
    const room = this.options.room;
    const counter = ++this.#counter;
    const common = { kind, room, counter, sender: device, stream: NO_STREAM, units: 0, cover: null };
    return { ...common, epoch: access?.epoch ?? 1, head: position };
  }

  /** [TH1] With the snapshot that comes last. `hide` and `show`: what a dishonest relay does otherwise, by position. */
  start({
    hide = [],
    show = [],
  }: {
    readonly hide?: readonly number[];
    readonly show?: readonly number[];
  } = {}): LogStart {
    const snapshot = this.#at(this.entries.length);
    const controls = this.entries.filter(({ record }) => isControl(decodeRecord(record).header.kind));
    const last = controls.findLast(({ record }) => decodeRecord(record).header.kind === 'epoch');
    const isHidden = ({ seq }: LogEntry): boolean =>
      !show.includes(seq) && (hide.includes(seq) || (this.#renewals.has(seq) && seq !== last?.seq));
    const thinned = controls.filter(isHidden).map(({ seq }) => ({ seq, hash: this.hashAt(seq) }));
    return { controls: controls.filter((entry) => !isHidden(entry)), thinned, snapshot };
  }
}
