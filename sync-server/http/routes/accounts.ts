import { toBase64Url } from '../../../src/wire/base64url.ts';
import { BeginSignUp, type BeginSignUpAnswer, SignUp, type SignUpAnswer } from '../../../src/wire/http/accounts.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import { setTokens } from '../cookies.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function accountRoutes({ open }: Routes, { accounts, date }: Service): void {
  open('beginSignUp', BeginSignUp, async ({ body, address }) => {
    const begun = await accounts.beginSignUp(body, address);
    if (!begun.ok) return begun;
    const { account, password, recovery } = begun.value;
    return done<AnswerTo<typeof BeginSignUpAnswer>>({
      account,
      password: toBase64Url(password),
      recovery: toBase64Url(recovery),
    });
  });

  open('signUp', SignUp, async ({ body, response }) => {
    const tokens = await accounts.signUp(body);
    if (!tokens.ok) return tokens;
    setTokens(response, tokens.value, date());
    return done<AnswerTo<typeof SignUpAnswer>>({ endsAt: tokens.value.endsAt });
  });
}
