/** What waits between two commands, such as a recovery code that is being written down. In memory alone. */
import { toBase64Url } from '../../wire/base64url.ts';
import type { EnginePorts } from '../ports.ts';

/** As long as the service remembers its half. Milliseconds. */
const TICKET_MS = 15 * 60 * 1000;
const TICKET_BYTES = 16;
/** Several tabs may be at it; what was left half-way goes first. */
const MAX_TICKETS = 16;

export class Tickets<T> {
  readonly #ports: Pick<EnginePorts, 'random' | 'clock'>;
  readonly #waiting = new Map<string, T>();

  constructor(ports: Pick<EnginePorts, 'random' | 'clock'>) {
    this.#ports = ports;
  }

  add(value: T): string {
    const ticket = toBase64Url(this.#ports.random.bytes(TICKET_BYTES));
    this.#waiting.set(ticket, value);
    this.#ports.clock.after(TICKET_MS, () => this.#waiting.delete(ticket));
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_TICKETS && oldest !== undefined) this.#waiting.delete(oldest);
    return ticket;
  }

  get(ticket: string): T | undefined {
    return this.#waiting.get(ticket);
  }
  take(ticket: string): T | undefined {
    const value = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    return value;
  }
}
