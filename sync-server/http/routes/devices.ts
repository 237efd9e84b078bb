import { toBase64Url } from '../../../src/wire/base64url.ts';
import { ChangeDevices, type DevicesAnswer } from '../../../src/wire/http/devices.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function deviceRoutes({ signedIn }: Routes, { devices }: Service): void {
  signedIn('devices', nothing, async (_call, who) =>
    done<AnswerTo<typeof DevicesAnswer>>({
      deviceList: toBase64Url(who.account.account.deviceList),
      devices: [...(await devices.list(who))],
    }),
  );

  signedIn('changeDevices', ChangeDevices, async ({ body }, who) => {
    const changed = await devices.change(who, body);
    return changed.ok ? done({}) : changed;
  });
}
