/** A room that comes to this device, or comes to it by another entrance than before. */
import type { RoomId } from '../../wire/ids.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import { type Entrance, type Genesis, RoomVault } from '../vault/room-vault.ts';
import type { SealedBox } from '../vault/sealed-box.ts';

/** `counter`: numbers below it may have been used. */
export type NewPlace = {
  readonly room: RoomId;
  readonly entrance: Entrance;
  readonly genesis?: Genesis;
  readonly counter?: number;
  readonly secrets?: readonly EpochSecret[];
  /** It came from the home. */
  readonly kept?: 'account';
};

/** Queues all that is to be kept of it. What this device wrote and has not sent stays. @throws StorageFault, DamagedVault */
export async function writeNewPlace(box: SealedBox, place: NewPlace): Promise<void> {
  const { entrance, genesis = null, counter = 0, secrets = [] } = place;
  const vault = new RoomVault(box);
  const { lists } = await box.read();
  vault.create(entrance, genesis);
  // What was read before came with keys for the other entrance.
  const kept = (name: string): number => lists.get(name)?.length ?? 0;
  vault.write({
    restart: { dropControls: kept('controls'), dropThinned: kept('thinned'), dropLog: kept('log') },
  });
  if (counter > 0) vault.write({ counter });
  if (secrets.length > 0) vault.write({ secrets });
}
