/** A content stream with some history, its ledger, and updates on top of it, for judging one update after the other. */
import * as Y from 'yjs';
import { Ledger } from '../../../src/engine/rooms/admission.ts';
import { type ClaimedId, clientIdOf } from '../../../src/engine/rooms/client-ids.ts';
import { seedOf } from '../../../src/engine/rooms/seed.ts';
import { SEED_CLIENT_ID } from '../../../src/wire/document.ts';
import { type DeviceId, deviceId, type RoomId, roomId } from '../../../src/wire/ids.ts';
import { CONTENT } from '../../../src/wire/record.ts';
import type { FuzzRandom } from './fuzz-random.ts';
import { editedUpdate, handMadeUpdate, type KnownClocks } from './yjs-updates.ts';

const room: RoomId = roomId(new Uint8Array(32).fill(7));
export const SENDER: DeviceId = deviceId(new Uint8Array(32).fill(0x51));
const OTHER: DeviceId = deviceId(new Uint8Array(32).fill(0x52));

const claim = (device: DeviceId, fill: number): ClaimedId => {
  const nonce = new Uint8Array(16).fill(fill);
  return { clientId: clientIdOf(device, room, CONTENT, nonce), nonce };
};

export class JudgedStream {
  /** Of the sender. The first is in the log already. */
  readonly claims = [claim(SENDER, 1), claim(SENDER, 2), claim(SENDER, 3)] as const;
  readonly #others = claim(OTHER, 1);
  /** The stream after its history. */
  readonly state: Uint8Array;
  readonly #ledger: Uint8Array;
  readonly #known: KnownClocks;
  /** Judging changes nothing in it. */
  readonly #doc: Y.Doc;

  constructor(random: FuzzRandom) {
    const doc = new Y.Doc();
    const ledger = new Ledger(room, CONTENT, () => doc);
    const seed = seedOf(CONTENT);
    if (!seed) throw new Error('content has a seed');
    ledger.seed(seed);
    Y.applyUpdate(doc, seed);
    for (const [device, claimed] of [
      [OTHER, this.#others],
      [SENDER, this.claims[0]],
    ] as const) {
      const update = editedUpdate(Y.encodeStateAsUpdate(doc), claimed.clientId, random, 12);
      const verdict = ledger.judge(device, { claims: [claimed], update });
      if (!verdict.ok) throw new Error(`an honest update was refused: ${verdict.reason} ${verdict.detail}`);
      ledger.admit(verdict.value);
      Y.applyUpdate(doc, update);
    }
    this.#doc = doc;
    this.state = Y.encodeStateAsUpdate(doc);
    this.#ledger = ledger.encode();
    const place = (client: number) => [client, ledger.nextClock(client)] as const;
    this.#known = {
      own: this.claims.map(({ clientId }) => place(clientId)),
      others: [place(this.#others.clientId), place(SEED_CLIENT_ID)],
    };
  }

  /** As it was after the history. */
  ledger(): Ledger {
    return Ledger.decode(this.#ledger, room, CONTENT, () => this.#doc);
  }
  get ledgerBytes(): Uint8Array {
    return this.#ledger;
  }

  honestUpdate(random: FuzzRandom): Uint8Array {
    return editedUpdate(this.state, random.pick(this.claims).clientId, random, random.between(1, 5));
  }
  handMadeUpdate(random: FuzzRandom): Uint8Array {
    return handMadeUpdate(this.#known, random);
  }
}

export const decodeLedger = (bytes: Uint8Array): Ledger => Ledger.decode(bytes, room, CONTENT);
