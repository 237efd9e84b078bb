import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { decodeDeviceList, MAX_DEVICE_LIST_BYTES } from '../../../src/wire/device-list.ts';
import { idBytes, roomId } from '../../../src/wire/ids.ts';
import {
  decodeKnock,
  encodeKnock,
  type KnockNote,
  knockSignedBytes,
  MAX_KNOCK_BYTES,
} from '../../../src/wire/knock.ts';
import { MAX_DEVICES_PER_LIST } from '../../../src/wire/limits.ts';
import { LINK_ROLES } from '../../../src/wire/link.ts';
import { proofHolds } from '../../../sync-server/relay/verifier.ts';
import { makeDevice, makePerson } from '../../support/server/identities.ts';
import { refusalOf } from '../../support/vectors.ts';

const bob = makePerson('bob who asks');
const note: KnockNote = {
  room: roomId(new Uint8Array(32).fill(1)),
  role: 'editor',
  principal: bob.id,
  device: bob.device.id,
  list: decodeDeviceList(bob.list.bytes),
};
const signed = (of: KnockNote): Uint8Array => {
  const unsigned = encodeKnock(of);
  return concatBytes(unsigned, bob.device.sign(knockSignedBytes(unsigned)));
};

describe('a knock', () => {
  it.each(LINK_ROLES)('[KN1] says who asks to be let into which room, as %s', (role) => {
    const { note: read, proof } = decodeKnock(signed({ ...note, role }));
    expect(read).toEqual({ ...note, role });
    expect(proof.key).toEqual(idBytes(bob.device.id));
    expect(proofHolds(proof)).toBe(true);
  });

  it('[KN2] comes from a device on the list of the account that asks', () => {
    const ann = makePerson('ann');
    const reasonOf = (changes: Partial<KnockNote>) => refusalOf(() => decodeKnock(signed({ ...note, ...changes })));
    expect(reasonOf({ principal: ann.id })).toBe('malformed');
    expect(reasonOf({ list: decodeDeviceList(ann.list.bytes) })).toBe('malformed');
    expect(reasonOf({ device: ann.device.id })).toBe('malformed');
  });

  it('[KN3] is signed as a whole', () => {
    const bytes = signed(note);
    for (let at = 1; at < 1 + 32 + 1; at++) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      const outcome = refusalOf(() => decodeKnock(changed));
      if (outcome === 'accepted') expect([at, proofHolds(decodeKnock(changed).proof)]).toEqual([at, false]);
    }
  });

  it('has at most MAX_KNOCK_BYTES, with the longest list', () => {
    const devices = Array.from({ length: MAX_DEVICES_PER_LIST }, (_, i) => makeDevice(`of many that ask ${i}`));
    const many = makePerson('asks with many devices', devices);
    const list = decodeDeviceList(many.list.bytes);
    const largest = signed({ ...note, principal: many.id, device: many.device.id, list });
    expect(many.list.bytes.length).toBe(MAX_DEVICE_LIST_BYTES);
    expect(largest.length).toBe(MAX_KNOCK_BYTES);
    expect(refusalOf(() => decodeKnock(largest))).toBe('accepted');
  });

  it('[EN5] of another version is refused unread', () => {
    const rest = signed(note).subarray(1);
    for (const version of [0, 2, 255])
      expect(refusalOf(() => decodeKnock(concatBytes(Uint8Array.of(version), rest)))).toBe('unknown-version');
  });
});
