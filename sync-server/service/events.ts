/** What the service tells whoever keeps connections open. */
import type { DeviceId } from '../../src/wire/ids.ts';

export type AccountEvent =
  /** Sessions of these devices have ended; they may have others. */
  | { readonly type: 'session-ended'; readonly devices: readonly DeviceId[] }
  /** These devices are an account's from now on: what they could do as guests asks for a session. */
  | { readonly type: 'device-listed'; readonly devices: readonly DeviceId[] }
  /** For good. */
  | { readonly type: 'device-revoked'; readonly devices: readonly DeviceId[] }
  /** These devices' account may be used no longer. */
  | { readonly type: 'account-banned'; readonly devices: readonly DeviceId[] };

export type AccountListener = (event: AccountEvent) => void;

export class AccountEvents {
  readonly #listeners = new Set<AccountListener>();

  /** Returns how to stop listening. */
  listen(listener: AccountListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Nothing is told of nobody. */
  emit(type: AccountEvent['type'], devices: readonly (DeviceId | null)[]): void {
    const named = devices.filter((device) => device !== null);
    if (named.length === 0) return;
    for (const listener of this.#listeners) listener({ type, devices: named });
  }
}
