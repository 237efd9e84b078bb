/** What account matters need of the engine: who this device is, and becoming somebody else. */
import type { RoomId } from '../../wire/ids.ts';
import type { Profile } from '../api.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import type { Identity } from '../epochs/identity.ts';
import type { AskedRooms } from '../membership/asked-rooms.ts';
import type { Invitations } from '../membership/invitations.ts';
import type { Knocks } from '../membership/knocks.ts';
import type { EnginePorts } from '../ports.ts';
import type { RoomShelf } from '../rooms/room-shelf.ts';
import type { KemKey } from '../seal/sodium.ts';
import type { RoomMove } from '../vault/profile-vault.ts';
import type { AccountRecord } from './account-record.ts';
import type { HomeBook } from './home-book.ts';
import type { HomeKeeper } from './home-keeper.ts';
import type { ServiceClient } from './service-client.ts';

export interface Self {
  readonly ports: EnginePorts;
  readonly service: ServiceClient;
  readonly home: HomeBook;
  readonly keeper: HomeKeeper;
  readonly invitations: Invitations;
  readonly knocks: Knocks;
  readonly asked: AskedRooms;
  readonly identity: Identity;
  readonly account: AccountRecord | null;
  readonly profile: Profile;
  readonly shelf: RoomShelf;
  /** Removes a room from this device, with all that was not sent; a room of the account from all its devices. @throws StorageFault */
  forget(room: RoomId): Promise<void>;
  /** Whether this device can keep what the server is about to be told of. @throws StorageFault */
  tryStorage(): Promise<void>;
  /** The same device, with what is new about its account. On disk when it resolves, or as soon as the disk takes it. */
  update(identity: Identity, account: AccountRecord): Promise<void>;
  /**
   * Another device: rooms and socket are opened anew. `moves` follow by themselves. `homeSecrets`: what opens the home, where it is
   * not the account key.
   */
  become(
    identity: Identity,
    account: AccountRecord | null,
    moves: readonly RoomMove[],
    homeSecrets?: readonly EpochSecret[],
  ): Promise<void>;
  /** Opens the home, with the account key where nothing else opens it; it is forgotten when the home is open. */
  openHome(accountKey: KemKey | null): Promise<void>;
}
