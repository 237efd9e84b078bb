import type { AccountState, DeviceInfo } from '../../../engine/accounts/api.ts';

/** Empty while this device has not heard what the other one is called. */
export const deviceName = (account: AccountState, device: DeviceInfo): string => account.deviceNames[device.id] ?? '';
