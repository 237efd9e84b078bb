import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList, MAX_DEVICE_LIST_BYTES } from '../../../src/wire/device-list.ts';
import { hashId, idBytes, roomId } from '../../../src/wire/ids.ts';
import {
  decodeInvitation,
  encodeInvitation,
  type InvitationNote,
  invitationSignedBytes,
  MAX_INVITATION_BYTES,
} from '../../../src/wire/invitation.ts';
import { MAX_DEVICES_PER_LIST } from '../../../src/wire/limits.ts';
import { ROLES } from '../../../src/wire/roles.ts';
import { proofHolds } from '../../../sync-server/relay/verifier.ts';
import { makeDevice, makePerson } from '../../support/server/identities.ts';
import { refusalOf } from '../../support/vectors.ts';

const ann = makePerson('ann who invites');
const bob = makePerson('bob who is invited');
const note: InvitationNote = {
  room: roomId(new Uint8Array(32).fill(1)),
  epochHash: hashId(new Uint8Array(32).fill(2)),
  role: 'editor',
  recipient: bob.id,
  sender: ann.id,
  device: ann.device.id,
  list: decodeDeviceList(ann.list.bytes),
};
const signed = (of: InvitationNote): Uint8Array => {
  const unsigned = encodeInvitation(of);
  return concatBytes(unsigned, ann.device.sign(invitationSignedBytes(unsigned)));
};
const reasonOf = (of: InvitationNote): string => refusalOf(() => decodeInvitation(signed(of)));

describe('an invitation', () => {
  it.each(ROLES)('[IN1] says who is invited by whom into which room, as %s', (role) => {
    const { note: read, proof } = decodeInvitation(signed({ ...note, role }));
    expect(read).toEqual({ ...note, role });
    expect(proof.key).toEqual(idBytes(ann.device.id));
    expect(proofHolds(proof)).toBe(true);
  });

  it('[IN2] comes from a device on the sender’s own list, and to somebody else', () => {
    expect(reasonOf({ ...note, sender: makePerson('carl').id })).toBe('malformed');
    expect(reasonOf({ ...note, list: decodeDeviceList(bob.list.bytes) })).toBe('malformed');
    expect(reasonOf({ ...note, device: bob.device.id })).toBe('malformed');
    expect(reasonOf({ ...note, recipient: ann.id })).toBe('malformed');
  });

  it('[IN3] is signed as a whole', () => {
    const bytes = signed(note);
    // The list keeps its own signatures; what stands before it is what a service might like to change.
    for (let at = 1; at < 1 + 5 * 32 + 1; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const outcome = refusalOf(() => decodeInvitation(changed));
      if (outcome === 'accepted') expect([at, proofHolds(decodeInvitation(changed).proof)]).toEqual([at, false]);
    }
  });

  it('has at most MAX_INVITATION_BYTES, with the longest list', () => {
    const devices = Array.from({ length: MAX_DEVICES_PER_LIST }, (_, i) => makeDevice(`of many ${i}`));
    const many = makePerson('with many devices', devices);
    const largest = signed({
      ...note,
      sender: many.id,
      device: many.device.id,
      list: decodeDeviceList(many.list.bytes),
    });
    expect(many.list.bytes.length).toBe(MAX_DEVICE_LIST_BYTES);
    expect(largest.length).toBe(MAX_INVITATION_BYTES);
    expect(refusalOf(() => decodeInvitation(largest))).toBe('accepted');
  });

  it('[EN5] of another version, or with a list that is too long, is refused unread', () => {
    const bytes = signed(note);
    for (const version of [0, 2, 255])
      expect(refusalOf(() => decodeInvitation(concatBytes(Uint8Array.of(version), bytes.subarray(1))))).toBe(
        'unknown-version',
      );
    const longer = bytes.slice();
    new DataView(longer.buffer).setUint32(1 + 2 * 32 + 1 + 3 * 32, MAX_DEVICE_LIST_BYTES + 1);
    expect(refusalOf(() => decodeInvitation(longer))).toBe('too-large');
  });
});
