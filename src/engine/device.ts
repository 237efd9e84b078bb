/**
 * Who this device is: a guest, or a device of an account; with its socket and its rooms, and the home where there is one.
 *
 * Invariants: when the device becomes somebody else, socket and rooms are closed before, and opened anew after it is on disk;
 * the account key is held only from signing in until the home has this device's prekey.
 */
import type { PrincipalId, RoomId } from '../wire/ids.ts';
import type { AccountRecord } from './accounts/account-record.ts';
import { Accounts } from './accounts/accounts.ts';
import { HomeBook } from './accounts/home-book.ts';
import { HomeKeeper } from './accounts/home-keeper.ts';
import { Moves } from './accounts/moves.ts';
import type { Self } from './accounts/self.ts';
import { ServiceClient } from './accounts/service-client.ts';
import { Settings } from './accounts/settings.ts';
import type { Profile } from './api.ts';
import type { EpochSecret } from './epochs/epoch-secrets.ts';
import type { Identity } from './epochs/identity.ts';
import { Prekeys } from './epochs/prekeys.ts';
import { AskedRooms } from './membership/asked-rooms.ts';
import { Invitations } from './membership/invitations.ts';
import { Knocks } from './membership/knocks.ts';
import { Membership } from './membership/membership.ts';
import { OwnPrekeys } from './own-prekeys.ts';
import { type EnginePorts, StorageFault } from './ports.ts';
import { RoomShelf } from './rooms/room-shelf.ts';
import type { KemKey } from './seal/sodium.ts';
import { RelaySession } from './sync/relay-session.ts';
import {
  type OpenProfile,
  PROFILE_BOX,
  ProfileVault,
  type RoomMove,
  type RoomSummary,
  roomBoxName,
} from './vault/profile-vault.ts';

/** How long the person waits for the home after signing in. It comes later too. Milliseconds. */
const HOME_MS = 10_000;
/** More than the generations that the documents of one shelf go through: tabs attach anew to those of the next. */
const GENERATIONS_PER_SHELF = 1_000_000;

export class Device implements Self {
  readonly ports: EnginePorts;
  readonly service: ServiceClient;
  readonly home: HomeBook;
  readonly keeper: HomeKeeper;
  readonly accounts: Accounts;
  readonly invitations: Invitations;
  readonly knocks: Knocks;
  readonly asked: AskedRooms;
  readonly membership: Membership;
  readonly settings: Settings;
  #vault: ProfileVault;
  readonly #onChange: () => void;
  #identity: Identity;
  #account: AccountRecord | null;
  readonly #moves: Moves;
  readonly #prekeys: OwnPrekeys;
  #accountKey: KemKey | null = null;
  #shelves = 0;
  #session: RelaySession;
  #shelf: RoomShelf;
  #isRunning = false;
  readonly #left: readonly RoomId[];

  constructor(ports: EnginePorts, opened: OpenProfile, onChange: () => void) {
    this.ports = ports;
    this.#vault = opened.vault;
    this.#onChange = onChange;
    this.#identity = opened.identity;
    this.#account = opened.account;
    this.service = new ServiceClient(ports.http);
    this.home = new HomeBook(() => (this.#account ? this.#shelf.opened(this.#account.home) : null));
    const vault = (): ProfileVault => this.#vault;
    const shelf = (): RoomShelf => this.#shelf;
    const homeId = (): RoomId | null => this.#account?.home ?? null;
    this.keeper = new HomeKeeper({ home: this.home, homeId, shelf, log: ports.log });
    this.settings = new Settings({ home: this.home, vault, onChange }, opened);
    this.#moves = new Moves({ shelf, vault, keeper: this.keeper, log: ports.log }, opened.moves);
    this.invitations = new Invitations(this, onChange);
    this.knocks = new Knocks(this, onChange);
    this.asked = new AskedRooms((asked) => {
      this.#vault.saveAsked(asked);
      onChange();
    }, opened.asked);
    this.accounts = new Accounts(this);
    this.membership = new Membership(this, this.accounts.people, this.invitations, this.knocks);
    const keep = (identity: Identity): Promise<boolean> => this.#keep(identity);
    const hasHome = (): boolean => this.#account !== null;
    const session = (): RelaySession => this.#session;
    const { home } = this;
    const own = { identity: () => this.#identity, keep, isAnswered: () => this.#isAnswered() };
    this.#prekeys = new OwnPrekeys({ ports, home, hasHome, session, shelf, ...own });
    this.#session = this.#makeSession();
    this.#shelf = this.#makeShelf(opened.isLeaving ? [] : opened.rooms);
    this.#left = opened.isLeaving ? opened.rooms.map(({ room }) => room) : [];
  }

  async #isAnswered(): Promise<boolean> {
    if (!this.#account) return true;
    return (await this.invitations.refresh()).ok && this.invitations.list().length === 0;
  }

  #makeSession(): RelaySession {
    const notStored = (): void => this.ports.log('account.not-stored');
    let wasOnline = false;
    const onState = (): void => {
      this.#onChange();
      const isOnline = this.#session.isOnline;
      if (isOnline && !wasOnline) {
        this.accounts.onOnline().catch(notStored);
        this.#prekeys.look();
      }
      wasOnline = isOnline;
    };
    // Who this device is changes with its session, but for its list and its prekey.
    return new RelaySession(
      this.ports,
      () => this.#identity,
      onState,
      (reason) => {
        this.accounts.onRefused(reason).catch(notStored);
      },
      { own: () => this.#prekeys.signed(), onKept: (id, isOwn) => this.#prekeys.onKept(id, isOwn) },
    );
  }

  #makeShelf(rooms: readonly RoomSummary[]): RoomShelf {
    return new RoomShelf(
      {
        ports: this.ports,
        identity: () => this.#identity,
        session: this.#session,
        vault: this.#vault,
        home: () => this.#account?.home ?? null,
        accountKey: () => this.#accountKey,
        lastRevocation: () => (this.home.isReady ? this.home.lastRevocation() : 0),
        prekeys: new Prekeys({
          clock: this.ports.clock,
          keyLives: this.ports.keyLives,
          home: (device) => this.home.devices().get(device)?.prekey,
          ask: (devices) => this.#session.prekeysOf(devices),
        }),
        identityAtHome: () => this.#prekeys.identityAtHome(),
        isOffered: () => this.#session.hasOffered(this.#identity.signedPrekey),
        mayBegin: () => this.#mayBegin(),
        mayAppend: (room, epoch) => this.keeper.mayAppend(room, epoch),
        mayPublish: (room) => this.keeper.mayPublish(room),
        firstGeneration: this.#shelves++ * GENERATIONS_PER_SHELF + 1,
        onChange: this.#onChange,
        onRoom: (room) => this.#onRoom(room),
      },
      rooms,
    );
  }

  /** Connects, and opens the rooms that have something to send. */
  async begin(): Promise<void> {
    // The engine stopped while it was becoming somebody else.
    if (this.#left.length > 0) await this.#leave(this.#left);
    this.start();
  }

  start(): void {
    this.#isRunning = true;
    // A ban may have been lifted meanwhile.
    if (this.#account?.access === 'banned') this.#account = { ...this.#account, access: 'in' };
    this.#connect();
    this.openHome(null).catch((error: unknown) => {
      if (!(error instanceof StorageFault)) throw error;
      this.ports.log('home.not-opened');
    });
    this.#shelf.warmUp();
    this.#prekeys.start();
    const mayAsk = (): boolean => this.#account?.access === 'in' && this.#session.isOnline;
    this.invitations.follow(mayAsk);
    this.knocks.follow(mayAsk);
    void this.#moves.run();
  }

  #connect(): void {
    // A device without session would only be turned away.
    if (this.#account && this.#account.access !== 'in') return this.#session.stop();
    this.#session.start();
    this.#session.nudge();
  }

  async close(): Promise<void> {
    this.#isRunning = false;
    this.#prekeys.stop();
    this.invitations.stop();
    this.knocks.stop();
    this.#session.stop();
    await this.#shelf.close();
    await this.#vault.close();
  }

  /** Resolves when everything asked for so far is on disk, or cannot be written. */
  async flush(): Promise<void> {
    await this.#shelf.flush();
    await this.#vault.stored().catch(() => this.ports.log('vault.not-flushed'));
  }

  get identity(): Identity {
    return this.#identity;
  }
  get account(): AccountRecord | null {
    return this.#account;
  }
  get shelf(): RoomShelf {
    return this.#shelf;
  }
  get session(): RelaySession {
    return this.#session;
  }
  get profile(): Profile {
    return this.settings.profile;
  }

  async update(identity: Identity, account: AccountRecord): Promise<void> {
    this.#identity = identity;
    this.#account = account;
    this.#vault.saveIdentity(identity, account);
    await this.#settle();
    this.#session.offerAgain();
    this.#connect();
    this.#onChange();
  }

  /** The same device with other prekeys. False: not on disk, or who this device is has changed meanwhile. */
  async #keep(identity: Identity): Promise<boolean> {
    const before = this.#identity;
    this.#vault.saveIdentity(identity, this.#account);
    const isStored = await this.#vault.stored().then(
      () => true,
      () => false, // tried again when the device next looks
    );
    if (!isStored || !this.#isRunning || this.#identity !== before) return false;
    this.#identity = identity;
    return true;
  }

  /** The secret of an epoch goes into the home: not while the home goes on under a replaced prekey. */
  #mayBegin(): boolean {
    if (!this.#account || !this.home.isReady || this.home.isHealed) return true;
    this.home.heal();
    return false;
  }

  async become(
    identity: Identity,
    account: AccountRecord | null,
    moves: readonly RoomMove[],
    homeSecrets: readonly EpochSecret[] = [],
  ): Promise<void> {
    this.#isRunning = false;
    this.#prekeys.stop();
    this.#session.stop();
    const before = this.#shelf.rooms;
    await this.#shelf.close();
    this.#vault.becomes(identity, account, moves);
    await this.#settle();
    this.#identity = identity;
    this.#account = account;
    this.#moves.replace(moves);
    if (!account) this.settings.forgetPerson();
    this.asked.forgetAll();
    await this.#leave(before);
    if (!account) await this.#startAfresh();
    this.#session = this.#makeSession();
    this.#shelf = this.#makeShelf([]);
    if (account && homeSecrets.length > 0) await this.#addHome(account.home, homeSecrets);
    this.start();
    this.#onChange();
  }

  /** What was opened with the keys of who this device was is of no use to who it is, and none of anybody's business. */
  async #leave(rooms: readonly RoomId[]): Promise<void> {
    for (const room of rooms) {
      this.#vault.forgetRoom(room);
      await this.ports.boxes.remove(roomBoxName(room));
    }
    this.#vault.left();
    await this.#settle();
  }

  /** What was overwritten may still lie in the box: nothing of an account stays on a device that it was signed out of. */
  async #startAfresh(): Promise<void> {
    await this.#vault.close();
    await this.ports.boxes.remove(PROFILE_BOX);
    const { vault, identity } = await ProfileVault.open(this.ports);
    this.#vault = vault;
    this.#identity = identity;
  }

  managed(room: RoomId): ReadonlySet<PrincipalId> | null {
    const roster = this.#shelf.opened(room)?.roster.read();
    return roster?.mayManage ? new Set(roster.members.map(({ principal }) => principal)) : null;
  }

  async forget(room: RoomId): Promise<void> {
    if (this.home.isReady) this.home.dropRoom(room);
    await this.#shelf.forget(room);
  }

  async tryStorage(): Promise<void> {
    await this.#vault.probe(this.profile);
  }

  /** There is no way back: what the disk does not take now it is given again, see SealedBox. */
  async #settle(): Promise<void> {
    await this.#vault.stored().catch(() => this.ports.log('vault.not-flushed'));
  }

  async openHome(accountKey: KemKey | null): Promise<void> {
    const home = this.#account?.home;
    if (!home) return;
    if (accountKey) this.#accountKey = accountKey;
    const isKnown = this.#shelf.has(home);
    if (!isKnown) await this.#addHome(home, []);
    else if (accountKey && !this.home.isReady) await this.#shelf.reopen(home);
    const room = await this.#shelf.open(home);
    const ready = room?.ready();
    const late = new Promise<void>((resolve) => void this.ports.clock.after(HOME_MS, resolve));
    await Promise.race([ready, late]);
  }

  #addHome(room: RoomId, secrets: readonly EpochSecret[]): Promise<void> {
    return this.#shelf.add({ room, entrance: { by: 'account', editSecret: null, epochHash: null }, secrets });
  }

  #onRoom(room: RoomId): void {
    if (!this.#isRunning) return;
    this.keeper.onRoom(room);
    if (room !== this.#account?.home) return;
    if (this.home.lacksKey) return this.#lock();
    if (!this.home.isReady) return;
    this.#settleIn();
    this.#prekeys.look();
    void this.#moves.run();
  }

  /** The home goes on in an epoch that this device was left out of: the password brings the account key back. */
  #lock(): void {
    if (this.#account?.access !== 'in' || this.#accountKey) return;
    void this.update(this.#identity, { ...this.#account, access: 'locked' });
  }

  #settleIn(): void {
    const { device, signedPrekey } = this.#identity;
    if (!this.home.devices().has(device))
      this.home.saveDevice(device, { name: this.ports.deviceName, prekey: signedPrekey });
    this.settings.followHome();
    // Until the others know this device's prekey, an epoch that one of them begins can leave it out.
    if (this.home.isSettled) this.#accountKey = null;
  }
}
