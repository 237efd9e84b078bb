/** Knocks as members' devices sign them. */
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList } from '../../../src/wire/device-list.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { KnocksAnswer } from '../../../src/wire/http/knocks.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { encodeKnock, type KnockNote, knockSignedBytes } from '../../../src/wire/knock.ts';
import type { Device } from '../server/identities.ts';
import type { Browser } from './browser.ts';
import type { Member } from './member.ts';

/** Signed by `by`, whatever `changes` say about who asks. */
export function knockNote(
  member: Member,
  room: RoomId,
  changes: Partial<KnockNote> = {},
  by: Device = member.device,
): Uint8Array {
  const unsigned = encodeKnock({
    room,
    role: 'editor',
    principal: member.person.id,
    device: member.device.id,
    list: decodeDeviceList(member.list.bytes),
    ...changes,
  });
  return concatBytes(unsigned, by.sign(knockSignedBytes(unsigned)));
}

export const knockBody = (note: Uint8Array) => ({ note: toBase64Url(note) });

/** @throws Refusal */
export async function knock(browser: Browser, note: Uint8Array): Promise<void> {
  await browser.call('knock', nothing, knockBody(note));
}

/** Who waits at a room, for whoever is signed in here. @throws Refusal */
export const knocksAt = async (browser: Browser, room: RoomId) =>
  (await browser.call('lookForKnocks', KnocksAnswer, { room })).knocks;
