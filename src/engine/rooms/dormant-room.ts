/** A room that nobody looks at: only its head is watched, so that the start page can tell that something changed. */
import type { RoomId } from '../../wire/ids.ts';
import type { OpenProof } from '../../wire/open-proof.ts';
import type { RelaySession, RoomFrame, RoomLink } from '../sync/relay-session.ts';

export class DormantRoom implements RoomLink {
  readonly room: RoomId;
  readonly #session: RelaySession;
  readonly #proof: OpenProof;
  readonly #onNews: () => void;
  #seen: number;

  /** `seen`: the last position that this device holds. `onNews`: there is more now. */
  constructor(session: RelaySession, room: RoomId, seen: number, proof: OpenProof, onNews: () => void) {
    this.#session = session;
    this.room = room;
    this.#seen = seen;
    this.#proof = proof;
    this.#onNews = onNews;
  }

  onOnline(): void {
    this.#session.send({ type: 'open', room: this.room, mode: 'head', from: this.#seen, proof: this.#proof });
  }

  onOffline(): void {
    // The head is asked for again with the next connection.
  }

  onFrame(frame: RoomFrame): void {
    if (frame.type !== 'opened' && frame.type !== 'head') return;
    if (frame.head.seq <= this.#seen) return;
    this.#seen = frame.head.seq;
    this.#onNews();
  }
}
