import { nothing } from '../../../src/wire/http/fields.ts';
import { Refresh, type RefreshAnswer, type SessionAnswer, SignOut } from '../../../src/wire/http/session.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import { clearTokens, cookieOf, REFRESH_COOKIE, setTokens } from '../cookies.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function sessionRoutes({ open, signedIn }: Routes, { sessions, date }: Service): void {
  signedIn('session', nothing, async (_call, { account: { account }, session: { session } }) =>
    done<AnswerTo<typeof SessionAnswer>>({
      account: account.id,
      name: account.name,
      principal: account.principal,
      home: account.home,
      device: session.device,
      endsAt: session.endsAt,
    }),
  );

  signedIn('signOut', SignOut, async ({ response }, who) => {
    await sessions.signOut(who);
    clearTokens(response);
    return done({});
  });

  signedIn('signOutEverywhere', SignOut, async ({ response }, who) => {
    const ended = await sessions.signOutEverywhere(who);
    if (!ended.ok) return ended;
    clearTokens(response);
    return done({});
  });

  open('refresh', Refresh, async ({ request, response }) => {
    const tokens = await sessions.refresh(cookieOf(request.headers.cookie, REFRESH_COOKIE));
    if (!tokens.ok) {
      if (tokens.reason === 'not-signed-in') clearTokens(response);
      return tokens;
    }
    setTokens(response, tokens.value, date());
    return done<AnswerTo<typeof RefreshAnswer>>({ endsAt: tokens.value.endsAt });
  });
}
