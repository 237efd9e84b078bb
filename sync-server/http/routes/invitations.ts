import { toBase64Url } from '../../../src/wire/base64url.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { DropInvitation, type InvitationsAnswer, Invite } from '../../../src/wire/http/invitations.ts';
import { done } from '../../service/outcome.ts';
import type { Service } from '../../service/service.ts';
import type { Routes } from '../routing.ts';
import type { AnswerTo } from './answers.ts';

export function invitationRoutes({ signedIn }: Routes, { invitations }: Service): void {
  signedIn('invite', Invite, async ({ body }, who) => {
    const invited = await invitations.invite(who, body);
    return invited.ok ? done({}) : invited;
  });

  signedIn('invitations', nothing, async (_call, who) => {
    const waiting = await invitations.list(who);
    return done<AnswerTo<typeof InvitationsAnswer>>({
      invitations: waiting.map(({ name, at, note }) => ({ name, sentAt: at, note: toBase64Url(note) })),
    });
  });

  signedIn('dropInvitation', DropInvitation, async ({ body }, who) => {
    const dropped = await invitations.drop(who, body);
    return dropped.ok ? done({}) : dropped;
  });
}
