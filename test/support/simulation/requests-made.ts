/** What people have asked to change about who is in: each request is answered while the engine lives. */
import type { MembershipOutcome } from '../../../src/engine/membership/api.ts';
import type { Device } from './device.ts';
import { hold } from './invariants.ts';

/** The engine gives up after 20 seconds; the answer may still have a way to go. Milliseconds. */
const ANSWERED_WITHIN_MS = 21_000;

/** `engine`: the life that was asked. */
type Open = { readonly device: Device; readonly engine: Device['engine']; readonly what: string; readonly at: number };

export class RequestsMade {
  readonly #now: () => number;
  readonly #open = new Set<Open>();

  constructor(now: () => number) {
    this.#now = now;
  }

  async follow(
    device: Device,
    what: string,
    asked: Promise<MembershipOutcome<null>>,
  ): Promise<MembershipOutcome<null>> {
    const open: Open = { device, engine: device.engine, what, at: this.#now() };
    this.#open.add(open);
    const outcome = await asked;
    this.#open.delete(open);
    return outcome;
  }

  get areAnswered(): boolean {
    return this.#open.size === 0;
  }

  /** What is not answered yet by an engine that still runs. @throws InvariantBroken */
  unanswered(): string | null {
    for (const open of this.#open) {
      if (open.device.engine !== open.engine) this.#open.delete(open);
      else hold('requests-are-answered', this.#now() - open.at <= ANSWERED_WITHIN_MS, open.what);
    }
    const [first] = this.#open;
    return first?.what ?? null;
  }
}
