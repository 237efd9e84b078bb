/** The relay's doorkeeper where there are accounts: their devices need a live session, whose token is in a cookie. */
import type { DeviceId } from '../../src/wire/ids.ts';
import { accept, type Reason, refuse } from '../../src/wire/refusals.ts';
import type { Cancel } from '../clock.ts';
import type { Doorkeeper } from '../relay/doorkeeper.ts';
import type { AccountEvent } from '../service/events.ts';
import type { Service } from '../service/service.ts';
import { ACCESS_COOKIE, cookieOf } from './cookies.ts';

/** How long the end of a session is waited for in one go: the date may be set meanwhile, which timers do not notice. */
const MAX_WAIT_MS = 10 * 60 * 1000;

const REASONS: { readonly [T in AccountEvent['type']]: Reason } = {
  'session-ended': 'session-needed',
  'device-listed': 'session-needed',
  'device-revoked': 'device-revoked',
  'account-banned': 'banned',
};

export function createDoorkeeper({
  sessions,
  events,
  clock,
  date,
}: Pick<Service, 'sessions' | 'events' | 'clock' | 'date'>): Doorkeeper {
  const listeners = new Set<Parameters<Doorkeeper['onLeave']>[0]>();
  /** One for each device that was let in with a session, until that session ends. */
  const timers = new Map<DeviceId, Cancel>();

  const leave = (devices: readonly DeviceId[], reason: Reason) => {
    for (const device of devices) {
      timers.get(device)?.();
      timers.delete(device);
    }
    const leaving = new Set(devices);
    for (const listener of listeners) listener(leaving, reason);
  };

  /** Sessions also end by themselves. */
  const watch = (device: DeviceId, endsAt: number) => {
    timers.get(device)?.();
    const wait = Math.min(Math.max(0, endsAt - date()), MAX_WAIT_MS);
    const onTime = () => (endsAt <= date() ? leave([device], 'session-needed') : watch(device, endsAt));
    timers.set(device, clock.after(wait, onTime));
  };

  events.listen(({ type, devices }) => leave(devices, REASONS[type]));
  return {
    admits: async (device, credentials) => {
      const admission = await sessions.admission(device, cookieOf(credentials, ACCESS_COOKIE));
      if (admission.state === 'revoked') return refuse('device-revoked');
      if (admission.state === 'session-needed' || admission.state === 'banned') return refuse(admission.state);
      if (admission.state === 'signed-in') watch(device, admission.endsAt);
      return accept(true);
    },
    onLeave: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        for (const cancel of timers.values()) cancel();
        timers.clear();
      };
    },
  };
}
