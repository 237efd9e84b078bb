/** `GET /api/people/:name`: whose key a name stands for, as far as this service is to be believed. */
import * as v from 'valibot';
import { MAX_DEVICE_LIST_BYTES } from '../device-list.ts';
import { ID_BYTES } from '../ids.ts';
import { bytesUpTo, exactBytes } from './fields.ts';

export const PersonAnswer = v.object({
  principal: exactBytes(ID_BYTES),
  deviceList: bytesUpTo(MAX_DEVICE_LIST_BYTES),
});
