/**
 * Who is in a room, as the relay's log says, at each of its epochs: read from the disk by somebody who has all keys. Only control
 * records are read; a log that loses what it had, as in a crash, must not be followed meanwhile.
 */
import { LogReader, type ReaderOptions } from '../../../src/engine/rooms/log-reader.ts';
import { RecordKeys } from '../../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import type { Access } from '../../../src/wire/access.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import type { DeviceId, RoomId } from '../../../src/wire/ids.ts';
import { decodeRecord, isControl } from '../../../src/wire/record.ts';
import { createRoomLogs } from '../../../sync-server/log/room-logs.ts';
import type { Store } from '../../../sync-server/store/store.ts';
import { hold } from './invariants.ts';
import type { Keyring } from './keyring.ts';

/** `signer`: of the epoch record. `access`: right after it. */
export type EpochSeen = { readonly seq: number; readonly signer: DeviceId; readonly access: Access };

/** Reads a room's records with everybody's keys. */
export const allKnowing = (room: RoomId, keyring: Keyring): ReaderOptions => ({
  room,
  keys: new RecordKeys(),
  unwrap: (access) => keyring.epochs.get(access.coreHash),
});

export class LogFollower {
  readonly #room: RoomId;
  readonly #reader: LogReader;
  readonly epochs: EpochSeen[] = [];
  /** Epochs in which something was sealed. */
  readonly used = new Set<number>();

  constructor(room: RoomId, keyring: Keyring) {
    this.#room = room;
    this.#reader = new LogReader(allKnowing(room, keyring));
  }

  /** Up to the log's end. Null: there is no such log yet. @throws InvariantBroken */
  async follow(store: Store): Promise<Access | null> {
    const logs = createRoomLogs(store);
    const head = await logs.head(this.#room);
    const { position } = this.#reader;
    if (!head || head.seq === position.seq) return this.#reader.access;
    const limits = { maxBytes: 1e9, maxRecords: 1e9 };
    const page = await logs.page(this.#room, { from: position.seq + 1, upTo: head.seq, ...limits });
    for (const { outline, record } of page) {
      hold('log-without-gap', record !== undefined, () => `nothing at ${outline.seq}`);
      const { header } = decodeRecord(record);
      if (!isControl(header.kind)) {
        this.used.add(header.epoch);
        this.#reader.skip(outline.seq, recordHash(blake2b, record));
        continue;
      }
      const { type } = this.#reader.read({ seq: outline.seq, record, wrap: new Uint8Array() }, false);
      const { access } = this.#reader;
      if (type === 'epoch' && access) this.epochs.push({ seq: outline.seq, signer: header.sender, access });
    }
    return this.#reader.access;
  }
}
