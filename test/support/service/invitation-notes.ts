/** Invitations as members' devices sign them. */
import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../src/wire/device-list.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { InvitationsAnswer } from '../../../src/wire/http/invitations.ts';
import { hashId, type RoomId, roomId } from '../../../src/wire/ids.ts';
import { encodeInvitation, type InvitationNote, invitationSignedBytes } from '../../../src/wire/invitation.ts';
import type { Device } from '../server/identities.ts';
import type { Browser } from './browser.ts';
import type { Member } from './member.ts';

/** A room of its own for each call: the service knows none of them. */
export const someRoom = (): RoomId => roomId(new Uint8Array(randomBytes(32)));

/** Signed by `by`, whatever `changes` say about the sender. */
export function invitationNote(
  sender: Member,
  recipient: Member,
  changes: Partial<InvitationNote> = {},
  by: Device = sender.device,
): Uint8Array {
  const unsigned = encodeInvitation({
    room: someRoom(),
    epochHash: hashId(new Uint8Array(randomBytes(32))),
    role: 'editor',
    recipient: recipient.person.id,
    sender: sender.person.id,
    device: sender.device.id,
    list: decodeDeviceList(sender.list.bytes),
    ...changes,
  });
  return concatBytes(unsigned, by.sign(invitationSignedBytes(unsigned)));
}

export const inviteBody = (recipient: Member, note: Uint8Array) => ({ name: recipient.name, note: toBase64Url(note) });

/** @throws Refusal */
export async function invite(browser: Browser, recipient: Member, note: Uint8Array): Promise<void> {
  await browser.call('invite', nothing, inviteBody(recipient, note));
}

/** What waits for whoever is signed in here. @throws Refusal */
export const invitationsFor = async (browser: Browser) =>
  (await browser.call('invitations', InvitationsAnswer)).invitations;
