/** What an engine is given where there is a relay and no service: accounts are out of reach, as when the network is gone. */
import type { EnginePorts } from '../../src/engine/ports.ts';

export const noService: Pick<EnginePorts, 'http' | 'deviceName'> = {
  http: { request: () => Promise.reject(new Error('no service here')) },
  deviceName: 'Test',
};
