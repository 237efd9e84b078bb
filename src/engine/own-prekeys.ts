/**
 * This device's prekeys: each is replaced after a day, and its private part dies when nothing needs it any more.
 *
 * Invariants: the next prekey is on disk before anything that names it leaves the device. Where there is a home, its entry there
 * comes first, then the home's next epoch, sealed to it, and only when the relay has acknowledged that, the offer to the
 * directory; it is the current one, by which rooms name this device, when the directory has it. Each step follows from what is on
 * disk and in the home, so that it goes on after any interruption. A replaced one dies only after all that it opens is on disk.
 */
import type { HomeBook } from './accounts/home-book.ts';
import { type Identity, type ReplacedPrekey, withKept, withNext, withReplaced } from './epochs/identity.ts';
import { DEFAULT_KEY_LIVES } from './epochs/key-lives.ts';
import { ownPrekey } from './epochs/next-epoch.ts';
import type { Cancel, EnginePorts, KeyLives } from './ports.ts';
import { readUp } from './rooms/read-up.ts';
import type { RoomShelf } from './rooms/room-shelf.ts';
import { KEY_BYTES } from './seal/sodium.ts';
import type { RelaySession } from './sync/relay-session.ts';

/** How far ahead of its own ids a device believes the directory, which could use them all up. */
const MAX_LEAP = 1_000;

export type OwnPrekeysPorts = {
  readonly ports: EnginePorts;
  readonly home: HomeBook;
  readonly hasHome: () => boolean;
  readonly identity: () => Identity;
  /** Puts an identity of the same device in the place of the current one, when it is on disk. False: it is not, or who it is has changed. */
  readonly keep: (identity: Identity) => Promise<boolean>;
  readonly session: () => RelaySession;
  readonly shelf: () => RoomShelf;
  /** No invitation waits for an answer, as far as the service says. */
  readonly isAnswered: () => Promise<boolean>;
};

export class OwnPrekeys {
  readonly #parts: OwnPrekeysPorts;
  readonly #lives: KeyLives;
  #isRunning = false;
  #cancel: Cancel | null = null;
  #isStepping = false;
  /** Something has changed since it looked. */
  #looksAgain = false;
  #isReading = false;
  /** When rooms were last read up to let prekeys die. */
  #readAt = -Infinity;
  /** The next prekey whose entry in the home the relay was seen to have. */
  #listed = 0;
  /** The identity that it was worked out from. */
  #atHome: { readonly own: Identity; readonly next: Identity } | null = null;
  /** The highest id under which the directory has a prekey that is not this device's: its profile was put back, or copied. */
  #above = 0;

  constructor(parts: OwnPrekeysPorts) {
    this.#parts = parts;
    this.#lives = parts.ports.keyLives ?? DEFAULT_KEY_LIVES;
  }

  start(): void {
    this.#isRunning = true;
    this.#readAt = -Infinity;
    this.#listed = 0;
    this.#above = 0;
    this.#lookLater();
    this.look();
  }
  stop(): void {
    this.#isRunning = false;
    this.#cancel?.();
  }

  #lookLater(): void {
    this.#cancel?.();
    this.#cancel = this.#parts.ports.clock.after(this.#lives.lookEveryMs, () => {
      this.#lookLater();
      this.#parts.session().offerUnanswered();
      this.look();
    });
  }

  /** As the home shall name this device: by the next prekey, once its entry is there. */
  identityAtHome(): Identity {
    const { identity, home } = this.#parts;
    const own = identity();
    const { next } = own.seeds;
    if (!next || (this.#listed !== next.id && home.namedPrekey(own.device) < next.id)) return own;
    if (this.#atHome?.own !== own) this.#atHome = { own, next: withReplaced(own, next.date) };
    return this.#atHome.next;
  }

  /** What the directory shall have. */
  signed(): Uint8Array {
    const { identity, hasHome, home } = this.#parts;
    const { seeds, nextSigned, signedPrekey, device } = identity();
    if (!seeds.next || !nextSigned) return signedPrekey;
    return hasHome() && home.namedPrekey(device) < seeds.next.id ? signedPrekey : nextSigned;
  }

  /** The directory has a prekey of this device under this id. */
  onKept(id: number, isOwn: boolean): void {
    const { identity, ports } = this.#parts;
    const { nextSigned, seeds, prekeyId } = identity();
    // The next one, offered before this device stopped, while the one before is offered until the home is open.
    const isNext = seeds.next?.id === id && this.signed() !== nextSigned;
    if (!isOwn && id - prekeyId > MAX_LEAP) ports.log('prekey.directory-ahead');
    else if (!isOwn && !isNext) this.#above = Math.max(this.#above, id);
    // Not within the frame that brought it: rooms are told of what follows.
    ports.clock.after(0, () => this.look());
  }

  /** Time has passed, the device is online, or the home has changed: does what is to be done next. */
  look(): void {
    this.#looksAgain = true;
    if (!this.#isStepping) void this.#stepOn();
    const dead = this.#dead();
    if (dead.length > 0) void this.#bury(dead);
  }

  async #stepOn(): Promise<void> {
    this.#isStepping = true;
    while (this.#looksAgain && this.#isAwake) {
      this.#looksAgain = false;
      if (await this.#step()) this.#looksAgain = true;
    }
    this.#isStepping = false;
  }

  get #isAwake(): boolean {
    return this.#isRunning && this.#parts.session().isOnline;
  }

  /** Returns whether there was something to do, and it is done. */
  async #step(): Promise<boolean> {
    const { identity, keep, session, shelf, hasHome, ports } = this.#parts;
    const own = identity();
    const { next, replaced } = own.seeds;
    const now = ports.clock.now();
    if (!next) {
      if (this.#isOld(own, now) && this.#mayReplace)
        return keep(withNext(own, ports.random.bytes(KEY_BYTES), now, this.#above));
      // The clock was put back: they live on from now.
      if (replaced.some(({ replacedAt }) => replacedAt > now))
        return keep(
          withKept(
            own,
            replaced.map((one) => ({ ...one, replacedAt: Math.min(one.replacedAt, now) })),
          ),
        );
      return false;
    }
    if (own.nextSigned && session().hasOffered(own.nextSigned)) {
      const isKept = await keep(withReplaced(own, now));
      if (isKept) ports.log('prekey.replaced');
      // Rooms name this device with the one before.
      if (isKept) shelf().publish();
      return isKept;
    }
    if (this.#above >= next.id) return keep(withNext(own, ports.random.bytes(KEY_BYTES), now, this.#above));
    if (hasHome()) this.#list(own, next.id);
    session().offerAgain();
    return false;
  }

  /** The entry in the home comes before the epoch: who else renews the home has to know the prekey, or would leave this device out. */
  #list(own: Identity, next: number): void {
    const { home } = this.#parts;
    if (!home.isReady || !own.nextSigned) return;
    const entry = home.devices().get(own.device);
    // Any device of the account writes there: it may be anything.
    const listed = entry && ownPrekey(own.device, entry.prekey)?.id;
    if ((listed ?? 0) < next)
      home.saveDevice(own.device, { name: entry?.name ?? this.#parts.ports.deviceName, prekey: own.nextSigned });
    else if (home.isSettled && this.#listed !== next) {
      this.#listed = next;
      home.heal();
    }
  }

  #isOld({ seeds, prekeyId }: Identity, now: number): boolean {
    // A date that is still to come is from a clock that was wrong: as good as none.
    return Math.abs(now - seeds.prekey.date) > this.#lives.prekeyMs || this.#above >= prekeyId;
  }

  get #mayReplace(): boolean {
    const { hasHome, home } = this.#parts;
    return !hasHome() || home.isSettled;
  }

  #dead(): readonly ReplacedPrekey[] {
    const { identity, ports } = this.#parts;
    const now = ports.clock.now();
    return identity().seeds.replaced.filter(({ replacedAt }) => now - replacedAt >= this.#lives.replacedMs);
  }

  /** Every room is read up to its head first: what was sealed to them is then open, and kept under the vault's key. */
  async #bury(dead: readonly ReplacedPrekey[]): Promise<void> {
    const { identity, keep, ports } = this.#parts;
    const now = ports.clock.now();
    if (!this.#isAwake || this.#isReading || Math.abs(now - this.#readAt) < this.#lives.lookEveryMs) return;
    this.#isReading = true;
    this.#readAt = now;
    const ids = dead.map(({ id }) => id);
    const { device } = identity();
    const isRead = await this.#readAll();
    const own = identity();
    const living = own.seeds.replaced.filter(({ id }) => !ids.includes(id));
    if (isRead && own.device === device && (await keep(withKept(own, living)))) ports.log('prekey.dead');
    this.#isReading = false;
  }

  /** One after the other. False: one of them could not be read, or may be entered yet: its owner has sealed to what was current then. */
  async #readAll(): Promise<boolean> {
    const { shelf, ports, isAnswered } = this.#parts;
    let all = await isAnswered();
    for (const room of shelf().rooms) {
      if (!this.#isAwake) return false;
      if (!(await readUp(shelf(), ports.clock, room))) all = false;
    }
    return all && this.#isRunning;
  }
}
