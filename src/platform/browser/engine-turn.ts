/**
 * Whose turn it is to run the engine. Two builds of the app are two workers, and must never work on the same vault.
 *
 * Invariants:
 * - Between `granted` and `release` this engine holds the Web Lock `ENGINE_LOCK`; nobody else in this browser has it.
 * - Only a newer build is made way for. An older one, and any that a newer one has overtaken, is retired for good.
 * - The lock is let go by the holder alone, after it has flushed (or by its death).
 */
import type { Cancel, Clock } from '../../engine/ports.ts';
import { ENGINE_LOCK } from './engine-link.ts';

/** The holder may just be starting and not listen yet; and a holder may follow another. */
const ASK_INTERVAL_MS = 1_000;
/** A hand-over, or the end of a worker whose page was reloaded, takes less: who waits for longer tells the person. */
const WAITING_AFTER_MS = 2_000;

type TurnMessage =
  /** I want the engine. */
  | { readonly type: 'ask'; readonly build: number }
  /** I have it. */
  | { readonly type: 'held'; readonly build: number };

export type TurnPorts = {
  /** Grows with each build. */
  readonly build: number;
  readonly locks: Pick<LockManager, 'request'>;
  readonly channel: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>;
  readonly clock: Clock;
};

export class EngineTurn {
  /** A newer build asks for the engine. Called once, while this engine holds it. */
  onAsked: () => void = () => {};
  /** Another engine holds it and does not let go (yet). Called once for each `take`. */
  onWaiting: () => void = () => {};
  /** A newer build has it. Called once, instead of `granted`. */
  onRetired: () => void = () => {};

  readonly #ports: TurnPorts;
  #state: 'idle' | 'waiting' | 'held' | 'asked' | 'retired' = 'idle';
  #release: () => void = () => {};
  #giveUp = new AbortController();
  #cancelAsking: Cancel = () => {};
  #cancelPatience: Cancel = () => {};

  constructor(ports: TurnPorts) {
    this.#ports = ports;
    ports.channel.addEventListener('message', ({ data }: MessageEvent<TurnMessage>) => {
      if (data.type === 'ask') this.#onAsk(data.build);
      else if (data.type === 'held') this.#onHeld(data.build);
    });
  }

  /** Waits for the lock. `granted` is called when this engine has it: until `release`. May be called again after that. */
  take(granted: () => void): void {
    if (this.#state !== 'idle') return;
    this.#state = 'waiting';
    this.#giveUp = new AbortController();
    const hold = (): Promise<void> => {
      if (this.#state !== 'waiting') return Promise.resolve();
      this.#stopWaiting();
      this.#state = 'held';
      this.#say('held');
      granted();
      return new Promise((resolve) => {
        this.#release = resolve;
      });
    };
    this.#ports.locks.request(ENGINE_LOCK, { signal: this.#giveUp.signal }, hold).catch(() => {
      // Given up: `onRetired` has told.
    });
    this.#ask();
    this.#cancelPatience = this.#ports.clock.after(WAITING_AFTER_MS, () => this.onWaiting());
  }

  release(): void {
    if (this.#state === 'held') this.#state = 'idle';
    if (this.#state === 'asked') this.#state = 'retired';
    this.#release();
  }

  #ask(): void {
    this.#say('ask');
    this.#cancelAsking = this.#ports.clock.after(ASK_INTERVAL_MS, () => this.#ask());
  }

  #say(type: TurnMessage['type']): void {
    const message: TurnMessage = { type, build: this.#ports.build };
    this.#ports.channel.postMessage(message);
  }

  #onAsk(build: number): void {
    if (this.#state !== 'held') return;
    if (build <= this.#ports.build) {
      this.#say('held');
      return;
    }
    this.#state = 'asked';
    this.onAsked();
  }

  #onHeld(build: number): void {
    if (this.#state !== 'waiting' || build <= this.#ports.build) return;
    this.#stopWaiting();
    this.#state = 'retired';
    this.#giveUp.abort();
    this.onRetired();
  }

  #stopWaiting(): void {
    this.#cancelAsking();
    this.#cancelPatience();
  }
}
