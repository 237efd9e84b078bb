/** Whom the relay lets in beyond the proof of a key. The relay knows neither accounts nor what credentials look like. */
import type { DeviceId } from '../../src/wire/ids.ts';
import { accept, type Reason, type Verdict } from '../../src/wire/refusals.ts';

export type Doorkeeper = {
  /**
   * Whether a device that has proved its key may go on. `credentials`: the Cookie header of its upgrade request.
   * @throws StorageFailed
   */
  readonly admits: (device: DeviceId, credentials: string | undefined) => Promise<Verdict<true>>;
  /** Calls back when devices may not stay. Returns how to stop listening. */
  readonly onLeave: (listener: (devices: ReadonlySet<DeviceId>, reason: Reason) => void) => () => void;
};

/** A relay without accounts. */
export const admitAll: Doorkeeper = {
  admits: async () => accept(true),
  onLeave: () => () => undefined,
};
