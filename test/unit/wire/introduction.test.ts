import { describe, expect, it } from 'vitest';
import type { Access } from '../../../src/wire/access.ts';
import { deviceId } from '../../../src/wire/ids.ts';
import { type Introduction, introductionOf, roleOfReader } from '../../../src/wire/introduction.ts';
import { certificateProof, NO_PROOF } from '../../../src/wire/open-proof.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import { proofHolds } from '../../../sync-server/relay/verifier.ts';
import {
  certify,
  type Device,
  listsOf,
  makeDevice,
  makeLink,
  makePerson,
  type SignedList,
  signingKey,
  signList,
} from '../../support/server/identities.ts';
import {
  accepted,
  at,
  coreOf,
  epochRecord,
  judge,
  listNotice,
  notice,
  type Plan,
  reasonOf,
} from '../../support/staged-log.ts';

const alice = makePerson('alice');
const bob = makePerson('bob');
const stranger = makePerson('stranger');
const phone = makeDevice('phone');
const tablet = makeDevice('tablet');
const viewLink = makeLink('view');
const PLAN: Plan = {
  people: [
    [alice, 'owner'],
    [bob, 'viewer'],
  ],
  links: [[viewLink, 'viewer']],
};
const room = (): Access =>
  accepted(judge(null, epochRecord(alice.device, coreOf(PLAN, null, at(0)), [alice.list, bob.list]), at(0)));

const bobs = listsOf(bob);
/** What a device shows with a list, all signatures of which hold unless it says so. */
function shown(device: Device, { bytes }: SignedList, areTrue = true): Introduction {
  const proven = introductionOf(blake2b256, { type: 'device-list', bytes }, room().room, device.id);
  if (!proven) throw new Error('no introduction');
  expect(proven.proofs.every(proofHolds)).toBe(areTrue);
  return proven.introduction;
}

describe('[FR3] a device that shows a list', () => {
  const added = bobs(2, [bob.device, phone]);

  it('reads with the role of the account', () => {
    expect(roleOfReader(room(), phone.id, null)).toBeUndefined();
    expect(roleOfReader(room(), phone.id, shown(phone, added))).toBe('viewer');
    expect(roleOfReader(room(), phone.id, shown(phone, bobs(9, [phone, tablet])))).toBe('viewer');
  });

  it('may then put it into the log', () => {
    const access = room();
    expect(reasonOf(judge(access, listNotice(access, phone, added), at(1)))).toBe('accepted');
  });

  it.each([
    ['it is not on', tablet, added],
    ['of an account that is not in the room', phone, signList(stranger.key, [stranger.device.id, phone.id], 2)],
    ['that the log knows', bob.device, bob.list],
    ['of the version that the log knows', phone, bobs(1, [bob.device, phone])],
    ['that comes next and names another one before', phone, bobs(2, [bob.device, phone], alice.list)],
    ['that takes somebody else’s device', phone, bobs(2, [alice.device, phone])],
  ])('[DL2] [DL4] does not read by one %s', (_, device, list) => {
    const access = room();
    const before = roleOfReader(access, device.id, null);
    expect(roleOfReader(access, device.id, shown(device, list))).toBe(before);
    if (!before) expect(reasonOf(judge(access, listNotice(access, device, list), at(1)))).not.toBe('accepted');
  });

  it('needs every signature: of the account and of each device', () => {
    const nobodys = deviceId(signingKey('nobody’s').publicKey);
    const unsigned = signList(bob.key, [phone.id, nobodys], 2);
    shown(phone, unsigned, false);
    const forged = { ...added, bytes: added.bytes.slice() };
    forged.bytes[forged.bytes.length - 1]! ^= 1;
    shown(phone, forged, false);
  });

  it('is what the log says as soon as the log knows it', () => {
    const introduction = shown(phone, added);
    const known = accepted(judge(room(), listNotice(room(), bob.device, added), at(1)));
    expect(roleOfReader(known, phone.id, introduction)).toBe('viewer');
    const revoking = bobs(3, [bob.device], added);
    const revoked = accepted(judge(known, listNotice(known, bob.device, revoking), at(2)));
    expect(roleOfReader(revoked, phone.id, introduction)).toBeUndefined();
  });

  it('[DL2] is out with a newer list that does not name it, and when the account leaves', () => {
    const introduction = shown(phone, added);
    const passedOver = accepted(judge(room(), listNotice(room(), bob.device, bobs(3, [bob.device], added)), at(1)));
    expect(roleOfReader(passedOver, phone.id, introduction)).toBeUndefined();
    const left = accepted(judge(room(), notice(room(), bob.device, { type: 'leave' }), at(1)));
    expect(roleOfReader(left, phone.id, introduction)).toBeUndefined();
  });
});

describe('[CE1] a device that shows a certificate', () => {
  const by = (link: ReturnType<typeof makeLink>) =>
    introductionOf(blake2b256, certificateProof(certify(link, room().room, phone)), room().room, phone.id);

  it('reads with the role of a link that is in the access list', () => {
    const proven = by(viewLink);
    expect(proven?.proofs.every(proofHolds)).toBe(true);
    expect(roleOfReader(room(), phone.id, proven?.introduction ?? null)).toBe('viewer');
    expect(roleOfReader(room(), phone.id, by(makeLink('another'))?.introduction ?? null)).toBeUndefined();
  });

  it('does not read by an account’s key', () => {
    const account = { ...bob.key, id: bob.id };
    expect(roleOfReader(room(), phone.id, by(account)?.introduction ?? null)).toBeUndefined();
  });
});

it('whoever shows nothing is judged by the log alone', () => {
  expect(introductionOf(blake2b256, NO_PROOF, room().room, phone.id)).toBeNull();
  expect(roleOfReader(room(), alice.device.id, null)).toBe('owner');
});
