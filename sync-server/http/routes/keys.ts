import { toBase64Url } from '../../../src/wire/base64url.ts';
import { BeginKeyChange, type BeginKeyChangeAnswer, ChangeKeys } from '../../../src/wire/http/keys.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function keyRoutes({ signedIn }: Routes, { keys }: Service): void {
  signedIn('beginKeyChange', BeginKeyChange, async ({ body, address }, who) => {
    const begun = await keys.begin(who, body, address);
    if (!begun.ok) return begun;
    const { attempt, response, password, recovery } = begun.value;
    return done<AnswerTo<typeof BeginKeyChangeAnswer>>({
      attempt: toBase64Url(attempt),
      response: toBase64Url(response),
      password: password && toBase64Url(password),
      recovery: recovery && toBase64Url(recovery),
    });
  });

  signedIn('changeKeys', ChangeKeys, async ({ body }, who) => {
    const changed = await keys.change(who, body);
    return changed.ok ? done({}) : changed;
  });
}
