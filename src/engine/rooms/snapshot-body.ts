/**
 * The plaintext of a snapshot: a stream's state after the covered position, and what later checks need that only the
 * log before it would tell. Made by replaying, so whoever holds the covered state gets the same bytes.
 */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { assertAscending, sortById } from '../../wire/device-list.ts';
import { type DeviceId, deviceId, type Hash, hashId, ID_BYTES, idBytes } from '../../wire/ids.ts';
import { MAX_DEVICES, MAX_DOCUMENT_BYTES, MAX_SNAPSHOT_RECORD_BYTES } from '../../wire/limits.ts';

const VERSION = 1;

export type SnapshotBody = {
  /** Last counter of every device that had appended. */
  readonly counters: ReadonlyMap<DeviceId, number>;
  /** [CH3] at the covered position. */
  readonly controlChain: Hash;
  /** Position that the stream's last accepted snapshot covered, 0 if none. */
  readonly coveredBefore: number;
  readonly ledger: Uint8Array;
  /** See compact-state.ts. */
  readonly state: Uint8Array;
};

export function encodeSnapshotBody(body: SnapshotBody): Uint8Array {
  const out = new ByteWriter().u8(VERSION);
  const devices = sortById([...body.counters.keys()], (device) => device);
  out.varUint(devices.length);
  for (const device of devices) out.raw(idBytes(device)).u64(body.counters.get(device) ?? 0);
  return out.raw(idBytes(body.controlChain)).u64(body.coveredBefore).block(body.ledger).block(body.state).bytes();
}

/** @throws WireError */
export function decodeSnapshotBody(bytes: Uint8Array): SnapshotBody {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `snapshot version ${version}`);
  const count = reader.varUint();
  if (count > MAX_DEVICES) throw new WireError('malformed', `${count} counters`);
  const counters = new Map<DeviceId, number>();
  let before: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    const device = reader.raw(ID_BYTES);
    assertAscending(before, device);
    before = device;
    counters.set(deviceId(device), reader.u64());
  }
  const body: SnapshotBody = {
    counters,
    controlChain: hashId(reader.raw(ID_BYTES)),
    coveredBefore: reader.u64(),
    ledger: reader.block(MAX_SNAPSHOT_RECORD_BYTES),
    state: reader.block(MAX_DOCUMENT_BYTES),
  };
  reader.end();
  return body;
}
