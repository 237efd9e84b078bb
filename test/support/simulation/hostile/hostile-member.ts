/**
 * A member of a room that follows no rule: it came by a real link, follows the log as an honest reader would, over a real
 * session, and appends whatever is made by hand. It never crashes and has no disk; its network breaks like everybody's.
 */
import type * as Y from 'yjs';
import type { ClaimedId } from '../../../../src/engine/rooms/client-ids.ts';
import { HeldLog } from '../../../../src/engine/rooms/held-log.ts';
import type { LogEntry, LogReader } from '../../../../src/engine/rooms/log-reader.ts';
import { blake2b } from '../../../../src/engine/seal/sodium.ts';
import { RelaySession, type RoomFrame, type RoomLink } from '../../../../src/engine/sync/relay-session.ts';
import { MemoryBoxStore } from '../../../../src/platform/node/memory-box-store.ts';
import { recordHash } from '../../../../src/wire/chain.ts';
import type { RoomId } from '../../../../src/wire/ids.ts';
import { certificateProof } from '../../../../src/wire/open-proof.ts';
import { noService } from '../../no-service.ts';
import { RecordForger } from '../../record-forger.ts';
import type { Chronicle } from '../chronicle.ts';
import { hold } from '../invariants.ts';
import type { Judgements } from '../judgements.ts';
import type { DeviceNetwork } from '../network.ts';
import { Life, type Scheduler } from '../scheduler.ts';
import type { SeededRandom } from '../seeded-random.ts';

/** What is done, and what must come of it. */
export type Deed = {
  readonly kind: string;
  readonly record: Uint8Array;
  /**
   * `refused`: the relay never takes it. `void`: it may get into the log and counts for nobody. `counts`: the rules allow it.
   * `signal`: it is passed on and never stored.
   */
  readonly fate: 'refused' | 'void' | 'counts' | 'signal';
};

export type HostileWorld = {
  readonly scheduler: Scheduler;
  readonly random: SeededRandom;
  readonly chronicle: Chronicle;
  readonly judgements: Judgements;
  readonly network: DeviceNetwork;
};

const EMPTY = { controls: [], thinned: [], snapshot: null, snapshotChecked: false, log: [] };

export class HostileMember extends RecordForger implements RoomLink {
  readonly name: string;
  readonly role: 'editor' | 'viewer';
  declare readonly random: SeededRandom;
  readonly network: DeviceNetwork;
  readonly held: HeldLog;
  readonly #world: HostileWorld;
  readonly #session: RelaySession;
  #channel: number | null = null;
  #head = 0;
  #claims = 0;
  #isOnItsWay: Deed | null = null;

  /** `path`: a share link. */
  constructor(name: string, role: 'editor' | 'viewer', room: RoomId, path: string, world: HostileWorld) {
    super(room, path, world.random.fork(name));
    this.name = name;
    this.role = role;
    this.#world = world;
    this.network = world.network;
    this.held = new HeldLog(this.options, EMPTY);
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
    this.#session.join(this);
    this.#session.start();
  }

  get reader(): LogReader {
    return this.held.reader;
  }
  get doc(): Y.Doc {
    return this.held.doc;
  }
  /** It has read the log, and nothing of its own is on its way. */
  get isReady(): boolean {
    return this.#channel !== null && !this.#isOnItsWay && this.reader.position.seq >= this.#head && this.#head > 0;
  }
  /** The log knows it. */
  get isKnown(): boolean {
    return this.reader.access?.principalOfDevice.has(this.identity.device) ?? false;
  }

  do(deed: Deed): void {
    const { chronicle, judgements } = this.#world;
    if (this.#channel === null) return;
    chronicle.count(`hostile: ${deed.kind}`);
    chronicle.note(`${this.name}: ${deed.kind}`);
    if (deed.fate === 'void' || deed.fate === 'refused')
      judgements.forbid(recordHash(blake2b, deed.record), `${this.name}: ${deed.kind}`);
    if (deed.fate === 'signal')
      return this.#session.send({ type: 'signal', channel: this.#channel, record: deed.record });
    this.#isOnItsWay = deed;
    this.#session.send({ type: 'append', channel: this.#channel, record: deed.record, wraps: [] });
  }

  /** An id of this device that was not claimed before. */
  claim(): ClaimedId {
    return this.claimWith(++this.#claims);
  }

  onOnline(): void {
    const from = this.reader.position.seq;
    const mode = from === 0 ? 'whole' : 'live';
    this.#session.send({ type: 'open', room: this.room, mode, from, proof: certificateProof(this.certificate) });
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
        if (!deed) return;
        this.#world.chronicle.count('hostile records taken');
        const rule = this.role === 'viewer' ? 'viewer-never-lands' : 'forgery-never-counts';
        hold(rule, deed.fate !== 'refused', `the relay took: ${deed.kind}`);
        return this.#read({ seq: frame.seq, record: deed.record, wrap: new Uint8Array() }, true);
      }
      case 'refused':
        if (frame.counter !== 0 && this.#isOnItsWay) this.#world.chronicle.count(`hostile: refused: ${frame.reason}`);
        this.#isOnItsWay = null;
        // The room may not be there yet.
        if (frame.counter === 0) this.#world.scheduler.after(500, () => this.#channel === null && this.onOnline());
        return;
      default:
        return;
    }
  }

  #read(entry: LogEntry, trusted: boolean): void {
    if (entry.seq !== this.reader.position.seq + 1) return;
    const { reading } = this.held.read(entry, trusted);
    if (reading.type === 'update' && !this.held.apply(reading)) this.held.rebuild();
  }
}
