import { toBase64Url } from '../../../src/wire/base64url.ts';
import { DropKnock, Knock, type KnocksAnswer, LookForKnocks } from '../../../src/wire/http/knocks.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function knockRoutes({ signedIn }: Routes, { knocks }: Service): void {
  signedIn('knock', Knock, async ({ body }, who) => {
    const left = await knocks.knock(who, body);
    return left.ok ? done({}) : left;
  });

  signedIn('lookForKnocks', LookForKnocks, async ({ body }, who) => {
    const waiting = await knocks.list(who, body);
    if (!waiting.ok) return waiting;
    return done<AnswerTo<typeof KnocksAnswer>>({
      knocks: waiting.value.map(({ name, at, note }) => ({ name, askedAt: at, note: toBase64Url(note) })),
    });
  });

  signedIn('dropKnock', DropKnock, async ({ body }, who) => {
    const dropped = await knocks.drop(who, body);
    return dropped.ok ? done({}) : dropped;
  });
}
