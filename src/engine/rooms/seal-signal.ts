/** A signal of this device, which names its head. */
import type { Position } from '../../wire/ids.ts';
import { NO_STREAM } from '../../wire/record.ts';
import { type EpochKey, sealRecord } from '../seal/record-seal.ts';
import type { Writer } from './outbox.ts';
import { encodePresence, type PresenceSignal } from './signal-body.ts';

/** Undefined while no counter is reserved. */
export function sealSignal(
  writer: Writer,
  key: EpochKey,
  head: Position,
  presence: Omit<PresenceSignal, 'certificate'>,
): Uint8Array | undefined {
  const counter = writer.counters.take();
  if (counter === undefined) return undefined;
  const header = {
    kind: 'signal' as const,
    stream: NO_STREAM,
    room: writer.room,
    epoch: key.epoch,
    sender: writer.identity.device,
    counter,
    head,
    units: 0,
    cover: null,
  };
  const plain = encodePresence({ ...presence, certificate: writer.certificate });
  return sealRecord(writer.keys, key, header, plain, writer.identity.signing, writer.random);
}
