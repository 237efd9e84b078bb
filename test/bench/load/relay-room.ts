/** A room as the load clients of one process know it: its keys, and its log's chain, followed once for all of them. */

import { makeRoom, type NewDocument } from '../../../src/engine/epochs/first-epoch.ts';
import type { Identity } from '../../../src/engine/epochs/identity.ts';
import { type LinkKeys, linkKeys } from '../../../src/engine/epochs/link-keys.ts';
import { RecordKeys } from '../../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { chainAfter, recordHash } from '../../../src/wire/chain.ts';
import { type Hash, type Position, START } from '../../../src/wire/ids.ts';
import type { Author } from './member.ts';

export class RelayRoom {
  readonly made: NewDocument;
  readonly owner: Identity;
  readonly link: LinkKeys;
  readonly keys = new RecordKeys();
  /** By the sender's key, as text with a character a byte. */
  readonly authors = new Map<string, Author & { readonly lastEditOf: Map<number, number> }>();
  #head: Position = START;
  readonly #ahead = new Map<number, Hash>();

  constructor(owner: Identity) {
    this.owner = owner;
    this.made = makeRoom(owner, nodeRandom, 0);
    this.link = linkKeys(this.made.editSecret);
  }

  get head(): Position {
    return this.#head;
  }

  /** Sockets are read one after the other, so entries of the log may be seen in another order. */
  follow(seq: number, record: Uint8Array): void {
    if (seq <= this.#head.seq || this.#ahead.has(seq)) return;
    this.#ahead.set(seq, recordHash(blake2b, record));
    for (let next = this.#ahead.get(this.#head.seq + 1); next; next = this.#ahead.get(this.#head.seq + 1)) {
      this.#head = chainAfter(blake2b, this.#head, next);
      this.#ahead.delete(this.#head.seq);
    }
  }
}
