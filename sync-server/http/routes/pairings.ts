import { toBase64Url } from '../../../src/wire/base64url.ts';
import {
  AnswerPairing,
  type AnswerPairingAnswer,
  BeginPairing,
  LookPairing,
  type LookPairingAnswer,
} from '../../../src/wire/http/pairing.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function pairingRoutes({ open, signedIn }: Routes, { pairings }: Service): void {
  signedIn('beginPairing', BeginPairing, async ({ body }, who) => {
    const begun = await pairings.begin(who, body);
    return begun.ok ? done({}) : begun;
  });

  open('answerPairing', AnswerPairing, async ({ body, host }) => {
    const message = await pairings.answer(body, host);
    if (!message.ok) return message;
    return done<AnswerTo<typeof AnswerPairingAnswer>>({ message: message.value && toBase64Url(message.value) });
  });

  signedIn('lookPairing', LookPairing, async ({ body }, who) => {
    const listing = pairings.look(who, body);
    return done<AnswerTo<typeof LookPairingAnswer>>({ listing: listing && toBase64Url(listing) });
  });
}
