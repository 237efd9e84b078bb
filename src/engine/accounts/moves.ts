/** Documents of the guest that this device was, on their way to the device of an account that it became. */
import { type EngineLog, StorageFault } from '../ports.ts';
import type { RoomShelf } from '../rooms/room-shelf.ts';
import type { ProfileVault, RoomMove } from '../vault/profile-vault.ts';
import type { HomeKeeper } from './home-keeper.ts';

export type MovesPorts = {
  readonly shelf: () => RoomShelf;
  readonly vault: () => ProfileVault;
  readonly keeper: HomeKeeper;
  readonly log: EngineLog;
};

export class Moves {
  readonly #ports: MovesPorts;
  #waiting: readonly RoomMove[];
  #isRunning = false;

  constructor(ports: MovesPorts, waiting: readonly RoomMove[]) {
    this.#ports = ports;
    this.#waiting = waiting;
  }

  /** In place of those that were to come. The caller has put them on disk. */
  replace(waiting: readonly RoomMove[]): void {
    this.#waiting = waiting;
  }

  /** Moves what can be moved now. On a full disk, or while the home cannot be written, the rest waits for the next call. */
  async run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    const { shelf, vault, keeper, log } = this.#ports;
    try {
      for (const move of this.#waiting) {
        const { room, link, take } = move;
        if (!shelf().has(room)) await shelf().add({ room, entrance: link });
        if (take && !(await keeper.take(room))) continue;
        this.#waiting = this.#waiting.filter((other) => other !== move);
        vault().saveMoves(this.#waiting);
      }
    } catch (error) {
      if (!(error instanceof StorageFault)) throw error;
      log('moves.put-off');
    } finally {
      this.#isRunning = false;
    }
  }
}
