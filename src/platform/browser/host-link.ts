/** One connection of a tab to an engine host, from the first word until the host is gone. */
import { type Endpoint, transfer, wrap } from 'comlink';
import type { EngineState } from '../../engine/api.ts';
import type { Clock } from '../../engine/ports.ts';
import type { EventMessage, TabService } from './engine-link.ts';

export type LinkPorts = {
  readonly clock: Clock;
  readonly locks: Pick<LockManager, 'request'>;
  /** A lock that this tab has held since before the first link. */
  readonly tabLock: string;
  /** Starts or finds the host. `failed` rejects when its code cannot be loaded. */
  readonly openHost: () => { readonly endpoint: Endpoint; readonly failed: Promise<never> };
};

export type HostLink = {
  readonly host: TabService;
  /** Resolves when the host has died. */
  readonly gone: Promise<void>;
};

/** @throws when the host cannot be loaded */
export async function openHostLink(ports: LinkPorts, onState: (state: EngineState) => void): Promise<HostLink> {
  const { endpoint, failed } = ports.openHost();
  // All its methods are asynchronous, so the remote one has the same type.
  const host = wrap(endpoint) as unknown as TabService;
  const { port1: events, port2 } = new MessageChannel();
  events.onmessage = ({ data }: MessageEvent<EventMessage>) => onState(data);
  const hostLock = await Promise.race([host.hello(ports.tabLock, transfer(port2, [port2])), failed]);
  const gone = new Promise<void>((resolve) => {
    const died = (): void => {
      events.close();
      resolve();
    };
    ports.locks.request(hostLock, died).catch(died);
  });
  return { host, gone };
}
