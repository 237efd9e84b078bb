/**
 * Sealing and checking of signals: never stored, so judged against the access list as this device knows it now.
 *
 * Invariants: of each sender a counter counts once; what counts speaks for client ids of its signer alone.
 */
import { type Access, contentOf, roleWith } from '../../wire/access.ts';
import { WireError } from '../../wire/bytes.ts';
import { decodeCertificate } from '../../wire/certificate.ts';
import type { DeviceId, Position, PrincipalId, RoomId } from '../../wire/ids.ts';
import { idBytes } from '../../wire/ids.ts';
import { decodeRecord, type SignedRecord, signedBytes, unsignedBytes } from '../../wire/record.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';
import { mayRenew } from '../epochs/next-epoch.ts';
import type { EngineLog } from '../ports.ts';
import { type EpochKey, openRecord } from '../seal/record-seal.ts';
import { verify } from '../seal/sodium.ts';
import { clientIdOf } from './client-ids.ts';
import type { HeldLog } from './held-log.ts';
import type { Writer } from './outbox.ts';
import type { Presence } from './presence.ts';
import type { RelayLine } from './relay-line.ts';
import { sealSignal } from './seal-signal.ts';
import { decodePresence, type PresenceNews, type PresenceSignal } from './signal-body.ts';
import type { Snapshots } from './snapshots.ts';
import type { Watch } from './watch.ts';

export type ReceivedSignal = { readonly device: DeviceId; readonly head: Position; readonly presence: PresenceSignal };

export class SignalGate {
  readonly #room: RoomId;
  readonly #counters = new Map<DeviceId, number>();

  constructor(room: RoomId) {
    this.#room = room;
  }

  /** Checks signature, role, counter and that every client id is the sender's. */
  receive(bytes: Uint8Array, access: Access, key: EpochKey, writer: Writer): Verdict<ReceivedSignal> {
    try {
      const record = decodeRecord(bytes);
      return this.#check(record, access, key, writer);
    } catch (error) {
      if (error instanceof WireError) return refuse(error.reason, error.message);
      throw error;
    }
  }

  #check(record: SignedRecord, access: Access, key: EpochKey, writer: Writer): Verdict<ReceivedSignal> {
    const { header, signature } = record;
    if (header.kind !== 'signal' || header.room !== this.#room) return refuse('wrong-room');
    if (header.epoch !== access.epoch) return refuse('stale-epoch');
    if (header.counter <= (this.#counters.get(header.sender) ?? 0)) return refuse('replayed-counter');
    const proof = { key: idBytes(header.sender), message: signedBytes('signal', unsignedBytes(record)), signature };
    if (!verify(proof)) return refuse('bad-signature');
    const plain = openRecord(writer.keys, key, record);
    if (!plain.ok) return plain;
    const presence = decodePresence(plain.value);
    const link = this.#certifiedBy(presence.certificate, header.sender);
    if (!roleWith(access, header.sender, link)) return refuse('unknown-device');
    this.#counters.set(header.sender, header.counter);
    const stream = contentOf(access);
    const foreign = presence.entries.some(
      ({ clientId, nonce }) => clientIdOf(header.sender, this.#room, stream, nonce) !== clientId,
    );
    if (foreign) return refuse('foreign-client-id', 'speaks for somebody else');
    return accept({ device: header.sender, head: header.head, presence });
  }

  #certifiedBy(certificate: Uint8Array, device: DeviceId): PrincipalId | null {
    if (certificate.length === 0) return null;
    const decoded = decodeCertificate(certificate, this.#room, device);
    return verify(decoded.proof) ? decoded.link : null;
  }
}

export type SignalsParts = {
  readonly writer: Writer;
  readonly held: HeldLog;
  readonly watch: Watch;
  readonly presence: () => Presence;
  readonly snapshots: Snapshots;
  readonly line: () => RelayLine;
  readonly log: EngineLog;
};

/** Between presence and the relay. */
export class Signals {
  readonly #parts: SignalsParts;
  readonly #gate: SignalGate;

  constructor(parts: SignalsParts) {
    this.#parts = parts;
    this.#gate = new SignalGate(parts.writer.room);
  }

  /** Sends a signal now, or drops it when the relay cannot be reached. */
  send(news: PresenceNews): void {
    const { writer, held, line } = this.#parts;
    const { access, epochKey, position, controlChain, missed } = held.reader;
    if (!access || !epochKey || !line().isCaughtUp) return;
    // Others say so in the log, and begin an epoch that owes the snapshot.
    const lacks = missed !== null && !mayRenew(access, writer.identity.device);
    const record = sealSignal(writer, epochKey, position, { ...news, controlChain, lacks });
    if (record) line().signal(record);
  }

  receive(record: Uint8Array): void {
    const { writer, held, watch, presence, snapshots, log } = this.#parts;
    const { access, epochKey } = held.reader;
    if (!access || !epochKey) return;
    const received = this.#gate.receive(record, access, epochKey, writer);
    if (!received.ok) return log('signal.refused', { reason: received.reason });
    const { device, head, presence: news } = received.value;
    watch.heard({ device, head, controlChain: news.controlChain, record });
    presence().receive(device, news);
    if (news.lacks) snapshots.ask(access.epochSeq);
  }
}
