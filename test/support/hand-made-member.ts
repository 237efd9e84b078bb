/**
 * A member of a room that follows no rule: it has a link, follows the log as an honest reader would, and then sends
 * whatever record a test makes by hand.
 */
import * as Y from 'yjs';
import type { EnginePorts, RelayConnector } from '../../src/engine/ports.ts';
import { CatchUp } from '../../src/engine/rooms/catch-up.ts';
import type { ClaimedId } from '../../src/engine/rooms/client-ids.ts';
import { LogReader } from '../../src/engine/rooms/log-reader.ts';
import { docOf, type Replica } from '../../src/engine/rooms/replay.ts';
import { encodeUpdateBody, type UpdateBody } from '../../src/engine/rooms/update-body.ts';
import { blake2b, sodiumReady } from '../../src/engine/seal/sodium.ts';
import { RelaySession, type RoomFrame, type RoomLink } from '../../src/engine/sync/relay-session.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { makeRelayConnector } from '../../src/platform/node/relay-connector.ts';
import type { ClientFrame } from '../../src/wire/client-frames.ts';
import { decodeLink } from '../../src/wire/link.ts';
import { certificateProof } from '../../src/wire/open-proof.ts';
import { CONTENT, type Header } from '../../src/wire/record.ts';
import type { Reason } from '../../src/wire/refusals.ts';
import { noService } from './no-service.ts';
import { until } from './node-engine.ts';
import { RecordForger } from './record-forger.ts';

export class HandMadeMember extends RecordForger implements RoomLink {
  readonly #session: RelaySession;
  readonly #replica: Replica;
  #catchUp: CatchUp | null = null;
  #outcome: ((outcome: 'taken' | Reason) => void) | null = null;
  #sent: Uint8Array = new Uint8Array();

  private constructor(relay: RelayConnector, path: string) {
    const [place = '', fragment = ''] = path.split('#');
    super(decodeLink(blake2b, place.replace('/d/', ''), fragment).room, path, nodeRandom);
    this.#replica = { reader: new LogReader(this.options), docs: new Map() };
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

  claim(fill = 1): ClaimedId {
    return this.claimWith(fill);
  }

  introduce(): Promise<'taken' | Reason> {
    return this.append(this.introduction());
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
    const proof = certificateProof(this.certificate);
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
