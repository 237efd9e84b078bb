/**
 * Somebody with a principal of their own whom an owner lets in, and who follows no rule: makes epochs by hand, with whatever secrets,
 * wraps and lists. It follows the log's control records; of content it needs nothing. It never crashes and has no disk.
 */
import type { SealedEpoch } from '../../../../src/engine/epochs/epoch-record.ts';
import { type Identity, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { unwrapSecret } from '../../../../src/engine/epochs/wraps.ts';
import { type LogEntry, LogReader } from '../../../../src/engine/rooms/log-reader.ts';
import { RecordKeys } from '../../../../src/engine/seal/record-seal.ts';
import { blake2b, kemKeyFromSeed, sign } from '../../../../src/engine/seal/sodium.ts';
import { RelaySession, type RoomFrame, type RoomLink } from '../../../../src/engine/sync/relay-session.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { concatBytes } from '../../../../src/wire/bytes.ts';
import { recordHash } from '../../../../src/wire/chain.ts';
import { deviceListHash } from '../../../../src/wire/device-list.ts';
import type { DeviceId, RoomId } from '../../../../src/wire/ids.ts';
import { encodePrekey, prekeySignedBytes } from '../../../../src/wire/prekey.ts';
import { decodeRecord, isControl } from '../../../../src/wire/record.ts';
import { noService } from '../../no-service.ts';
import { hold } from '../invariants.ts';
import type { Keyring } from '../keyring.ts';
import { BEGINNING, Life } from '../scheduler.ts';
import type { SeededRandom } from '../seeded-random.ts';
import type { HostileWorld } from './hostile-member.ts';

export type AccountRole = 'owner' | 'editor' | 'viewer';

/** What is done, and what must come of it: see `Deed` of hostile visitors. */
export type EpochDeed = {
  readonly kind: string;
  readonly sealed: Pick<SealedEpoch, 'record' | 'wraps'>;
  readonly fate: 'refused' | 'counts';
  /** Somebody gets a wrap that does not open. */
  readonly isBadWrap?: true;
};

/** The same device with another prekey, as if it had replaced it. */
export function withPrekey(identity: Identity, id: number, seed: Uint8Array): Identity {
  const prekey = kemKeyFromSeed(seed);
  const unsigned = encodePrekey({
    device: identity.device,
    id,
    date: identity.seeds.prekey.date + id,
    listVersion: identity.listVersion,
    listHash: deviceListHash(blake2b, identity.list),
    kemKey: prekey.publicKey,
  });
  const signedPrekey = concatBytes(unsigned, sign(prekeySignedBytes(unsigned), identity.signing));
  return { ...identity, prekey, prekeyId: id, signedPrekey };
}

export class HostileAccount implements RoomLink {
  readonly name: string;
  readonly role: AccountRole;
  readonly room: RoomId;
  readonly random: SeededRandom;
  readonly network: HostileWorld['network'];
  readonly #world: HostileWorld;
  readonly #keyring: Keyring;
  readonly #session: RelaySession;
  readonly #identities: Identity[];
  #reader: LogReader;
  #channel: number | null = null;
  #head = 0;
  #counter = 0;
  #isOnItsWay: EpochDeed | null = null;
  /** An owner was asked to let it in. */
  wasInvited = false;
  /** Hashes of its epochs that shut somebody out, whatever became of them. */
  readonly badEpochs = new Set<string>();

  constructor(role: AccountRole, room: RoomId, keyring: Keyring, world: HostileWorld) {
    this.name = `hostile ${role} with an account`;
    this.role = role;
    this.room = room;
    this.random = world.random.fork(this.name);
    this.network = world.network;
    this.#world = world;
    this.#keyring = keyring;
    this.#identities = [makeIdentity(this.random, BEGINNING)];
    keyring.learn(this.identity);
    this.#reader = this.#newReader();
    const life = new Life(world.scheduler);
    const ports = {
      clock: { now: () => world.scheduler.now, after: (ms: number, run: () => void) => life.after(ms, run) },
      random: this.random,
      relay: world.network.connector(life),
      boxes: new MemoryBoxStore(),
      log: () => undefined,
      ...noService,
    };
    const ignore = () => undefined;
    this.#session = new RelaySession(ports, () => this.identity, ignore, ignore);
    this.#session.start();
  }

  get identity(): Identity {
    return this.#identities.at(-1) as Identity;
  }
  get access(): Access | null {
    return this.#reader.access;
  }
  get reader(): LogReader {
    return this.#reader;
  }
  get isIn(): boolean {
    return this.access?.principalOfDevice.has(this.identity.device) ?? false;
  }
  get isReady(): boolean {
    return this.#channel !== null && !this.#isOnItsWay && this.isIn && this.#reader.position.seq >= this.#head;
  }

  /** An owner has let it in: it opens the room. */
  enter(): void {
    this.#session.part(this.room);
    this.#session.join(this);
  }

  /** A newer prekey: what it had before is what a relay that goes back hands out. */
  replacePrekey(): void {
    const next = withPrekey(this.identity, this.identity.prekeyId + 1, this.random.bytes(32));
    this.#identities.push(next);
    this.#keyring.learn(next);
    this.#session.offerAgain();
  }
  /** The last prekey's id once more, with another key: a device may say one thing to one and another to others. */
  contradictoryPrekey(): Uint8Array {
    const { identity } = this;
    return withPrekey(identity, identity.prekeyId, this.random.bytes(32)).signedPrekey;
  }
  /** Of those that it would seal to. */
  async prekeys(): Promise<ReadonlyMap<DeviceId, Uint8Array>> {
    const devices = [...(this.access?.lists.values() ?? [])].flatMap(({ devices }) => devices);
    return (await this.#session.prekeysOf(devices)) ?? new Map();
  }

  do(deed: EpochDeed): void {
    const { chronicle, judgements } = this.#world;
    if (this.#channel === null) return;
    chronicle.count(`hostile: ${deed.kind}`);
    chronicle.note(`${this.name}: ${deed.kind}`);
    if (deed.fate === 'refused') {
      chronicle.count('unauthorised additions');
      judgements.forbid(recordHash(blake2b, deed.sealed.record), `${this.name}: ${deed.kind}`);
    }
    if (deed.isBadWrap) this.badEpochs.add(recordHash(blake2b, deed.sealed.record));
    this.#isOnItsWay = deed;
    this.#session.send({ type: 'append', channel: this.#channel, ...deed.sealed });
  }
  nextCounter(): number {
    return ++this.#counter;
  }

  onOnline(): void {
    // Its own counters are in the log, control records all from the beginning.
    this.#reader = this.#newReader();
    const proof = { type: 'device-list', bytes: this.identity.list } as const;
    this.#session.send({ type: 'open', room: this.room, mode: 'whole', from: 0, proof });
  }
  onOffline(): void {
    this.#channel = null;
    this.#isOnItsWay = null;
  }

  onFrame(frame: RoomFrame): void {
    switch (frame.type) {
      case 'opened':
        this.#channel = frame.channel;
        this.#head = frame.head.seq;
        return;
      case 'entry':
        return this.#read({ seq: frame.seq, record: frame.record.slice(), wrap: frame.wrap.slice() }, false);
      case 'ack': {
        const deed = this.#isOnItsWay;
        this.#isOnItsWay = null;
        if (!deed) return this.enter();
        this.#world.chronicle.count('hostile records taken');
        hold('forgery-never-counts', deed.fate !== 'refused', `the relay took: ${deed.kind}`);
        return this.#read({ seq: frame.seq, record: deed.sealed.record, wrap: new Uint8Array() }, true);
      }
      case 'refused':
        if (frame.counter !== 0 && this.#isOnItsWay) this.#world.chronicle.count(`hostile: refused: ${frame.reason}`);
        this.#isOnItsWay = null;
        if (frame.counter === 0) this.#channel = null;
        return;
      default:
        return;
    }
  }

  #newReader(): LogReader {
    return new LogReader({
      room: this.room,
      keys: new RecordKeys(),
      unwrap: (access, wrap) => {
        const { device } = this.identity;
        for (const { prekey } of this.#identities) {
          const opened = unwrapSecret(wrap, access.core, access.coreHash, device, prekey.secretKey);
          if (opened.ok) return opened.value;
        }
        return undefined;
      },
    });
  }

  #read(entry: LogEntry, trusted: boolean): void {
    if (entry.seq !== this.#reader.position.seq + 1) return;
    const { header } = decodeRecord(entry.record);
    if (header.sender === this.identity.device) this.#counter = Math.max(this.#counter, header.counter);
    if (isControl(header.kind)) this.#reader.read(entry, trusted);
    else this.#reader.skip(entry.seq, recordHash(blake2b, entry.record));
  }
}
