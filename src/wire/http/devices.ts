/** `/api/devices`: the account's devices. A change is a newer list that the identity key has signed. */
import * as v from 'valibot';
import { MAX_DEVICE_LIST_BYTES } from '../device-list.ts';
import { ID_BYTES } from '../ids.ts';
import { MAX_DEVICES_PER_LIST } from '../limits.ts';
import { bytesUpTo, dateField, deviceField, exactBytes } from './fields.ts';
import { MAX_WELCOME_BYTES } from './limits.ts';

export const DevicesAnswer = v.object({
  deviceList: bytesUpTo(MAX_DEVICE_LIST_BYTES),
  devices: v.pipe(
    v.array(v.object({ id: exactBytes(ID_BYTES), addedAt: dateField, lastSeenAt: dateField })),
    v.maxLength(MAX_DEVICES_PER_LIST),
  ),
});

export const ChangeDevices = v.strictObject({
  deviceList: bytesUpTo(MAX_DEVICE_LIST_BYTES),
  /** For a device that this list adds: what it needs to begin, sealed to it. */
  welcome: v.optional(v.strictObject({ device: deviceField, bytes: bytesUpTo(MAX_WELCOME_BYTES) })),
  /** The device that this list adds and that asks: the session, which belonged to none, becomes its own. */
  own: v.optional(deviceField),
});

export type ChangeDevices = v.InferOutput<typeof ChangeDevices>;
