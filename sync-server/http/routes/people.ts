import { toBase64Url } from '../../../src/wire/base64url.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import type { PersonAnswer } from '../../../src/wire/http/people.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function peopleRoutes({ signedIn }: Routes, { people }: Service): void {
  signedIn('person', nothing, async ({ request }, who) => {
    const person = await people.find(who, String(request.params.name));
    if (!person.ok) return person;
    const { principal, deviceList } = person.value;
    return done<AnswerTo<typeof PersonAnswer>>({ principal, deviceList: toBase64Url(deviceList) });
  });
}
