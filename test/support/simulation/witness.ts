/** Watches every byte that leaves an engine: for plaintext, and for counters that were used before. */
import { recordHash } from '../../../src/wire/chain.ts';
import { decodeClientMessage } from '../../../src/wire/client-frames.ts';
import type { DeviceId, Hash, RoomId } from '../../../src/wire/ids.ts';
import { decodeRecord } from '../../../src/wire/record.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import { hold } from './invariants.ts';

/** Every text that an edit, a name or a cursor holds begins like this. */
export const PLAINTEXT = 'zqPlain';
const needle = Buffer.from(PLAINTEXT);

export class Witness {
  readonly #used = new Map<string, Hash>();
  /** Rooms that were opened for their head alone. */
  rests = 0;

  /** A device that has removed a room and comes back has to be told by the log how far it had counted. */
  forgot(room: RoomId, device: DeviceId | undefined): void {
    for (const use of this.#used.keys()) if (use.startsWith(`${room} ${device} `)) this.#used.delete(use);
  }

  /** @throws InvariantBroken */
  inspect(bytes: Uint8Array): void {
    const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(needle);
    hold('nothing-leaves-unsealed', at < 0, () => `plaintext at byte ${at} of ${bytes.length}`);
  }

  /** @throws InvariantBroken */
  message(bytes: Uint8Array): void {
    this.inspect(bytes);
    for (const frame of decodeClientMessage(bytes)) {
      if (frame.type === 'open' && frame.mode === 'head') this.rests++;
      if (frame.type === 'append' || frame.type === 'create' || frame.type === 'signal') this.#record(frame.record);
    }
  }

  #record(bytes: Uint8Array): void {
    const { room, sender, counter, kind } = decodeRecord(bytes).header;
    const use = `${room} ${sender} ${counter}`;
    const hash = recordHash(blake2b256, bytes);
    const before = this.#used.get(use);
    hold('counters-never-repeat', before === undefined || before === hash, () => `${counter} again for a ${kind}`);
    this.#used.set(use, hash);
  }
}
