import { toBase64Url } from '../../../src/wire/base64url.ts';
import {
  BeginSignIn,
  type BeginSignInAnswer,
  ClaimDevice,
  type ClaimDeviceAnswer,
  SignIn,
  type SignInAnswer,
} from '../../../src/wire/http/sign-in.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import { setTokens } from '../cookies.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function signInRoutes({ open }: Routes, { signIns, devices, date }: Service): void {
  open('beginSignIn', BeginSignIn, async ({ body, address }) => {
    const begun = await signIns.begin(body, address);
    if (!begun.ok) return begun;
    const { attempt, response } = begun.value;
    return done<AnswerTo<typeof BeginSignInAnswer>>({
      attempt: toBase64Url(attempt),
      response: toBase64Url(response),
    });
  });

  open('signIn', SignIn, async ({ body, host, response }) => {
    const finished = await signIns.finish(body, host);
    if (!finished.ok) return finished;
    const { account, way, device, tokens } = finished.value;
    setTokens(response, tokens, date());
    return done<AnswerTo<typeof SignInAnswer>>({
      account: account.id,
      bundle: { version: account.bundle.version, bytes: toBase64Url(account.bundle.bytes) },
      wrap: toBase64Url(account.ways[way].wrap),
      deviceList: toBase64Url(account.deviceList),
      home: account.home,
      device,
      endsAt: tokens.endsAt,
    });
  });

  open('claimDevice', ClaimDevice, async ({ body, host, response }) => {
    const claimed = await devices.claim(body.device, host);
    if (!claimed.ok) return claimed;
    const { account, welcome, tokens } = claimed.value;
    setTokens(response, tokens, date());
    return done<AnswerTo<typeof ClaimDeviceAnswer>>({
      account: account.id,
      deviceList: toBase64Url(account.deviceList),
      home: account.home,
      welcome: toBase64Url(welcome),
      endsAt: tokens.endsAt,
    });
  });
}
