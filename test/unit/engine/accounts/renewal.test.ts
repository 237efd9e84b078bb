import { beforeAll, describe, expect, it } from 'vitest';
import { listingOf, nextDeviceList } from '../../../../src/engine/epochs/device-lists.ts';
import { makeHome } from '../../../../src/engine/epochs/first-epoch.ts';
import { accountDevice, type Identity, makeDeviceSeeds, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { makeNextEpoch, type PrekeyOf, renewalPlan } from '../../../../src/engine/epochs/next-epoch.ts';
import { Prekeys } from '../../../../src/engine/epochs/prekeys.ts';
import { unwrapSecret } from '../../../../src/engine/epochs/wraps.ts';
import { blake2b, kemKeyFromSeed, signingKeyFromSeed, sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { accessAfter } from '../../../../src/wire/access-after.ts';
import { decodeDeviceList, deviceListHash } from '../../../../src/wire/device-list.ts';
import { coreHash, decodeCore, decodeEpochBody, decodeWrap } from '../../../../src/wire/epoch.ts';
import { type DeviceId, START } from '../../../../src/wire/ids.ts';
import { parseRecord } from '../../../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { ManualClock } from '../../../support/manual-clock.ts';

/** An account with a laptop, which renews, a phone, and a tablet that was revoked. */
type Account = { laptop: Identity; phone: Identity; tablet: Identity; access: Access; accountKey: Uint8Array };
let account: Account;

/** The epoch before was sealed to `lost` too. */
function accessOf(record: Uint8Array, listed: Uint8Array, lost: DeviceId): Access {
  const made = accessAfter(blake2b, null, parseRecord(decodeRecord(record)), 1);
  if (!made.ok) throw new Error(made.detail);
  const { version, devices, principal } = decodeDeviceList(listed).list;
  const known = { version, hash: deviceListHash(blake2b, listed), devices };
  const { core } = made.value;
  const before = { ...core, devices: [...core.devices, { device: lost, prekey: 1 }] };
  return { ...made.value, core: before, lists: new Map([[principal, known]]) };
}

beforeAll(async () => {
  await sodiumReady();
  const guest = makeIdentity(nodeRandom, 0);
  const identityKey = signingKeyFromSeed(guest.identitySeed ?? expect.fail());
  const [phoneSeeds, tabletSeeds] = [makeDeviceSeeds(nodeRandom, 0), makeDeviceSeeds(nodeRandom, 0)];
  const add = (list: Uint8Array, seeds: typeof phoneSeeds): Uint8Array =>
    nextDeviceList(identityKey, list, { add: listingOf(guest.principal, signingKeyFromSeed(seeds.signing)) });
  const two = add(guest.list, phoneSeeds);
  const three = add(two, tabletSeeds);
  const tablet = accountDevice(tabletSeeds, three);
  const four = nextDeviceList(identityKey, three, { remove: tablet.device });
  const accountKey = kemKeyFromSeed(nodeRandom.bytes(32)).publicKey;
  const home = makeHome(guest, accountKey, nodeRandom, 0);
  const [laptop, phone] = [accountDevice(guest.seeds, four), accountDevice(phoneSeeds, four)];
  account = { laptop, phone, tablet, access: accessOf(home.record, four, tablet.device), accountKey };
});

const knownAtHome = (home: (device: DeviceId) => Uint8Array | undefined): PrekeyOf =>
  new Prekeys({ clock: new ManualClock(), home, ask: () => expect.fail() }).of;

function renewed(prekeys: ReadonlyMap<DeviceId, Uint8Array>) {
  const { laptop, access } = account;
  const at = { counter: 2, position: { ...START, seq: 1 }, date: 0 };
  const { record, wraps } = makeNextEpoch(
    laptop,
    access,
    renewalPlan(access),
    at,
    knownAtHome((device) => prekeys.get(device)),
    nodeRandom,
  );
  const { coreBytes } = decodeEpochBody(decodeRecord(record).body);
  const core = decodeCore(coreBytes);
  return { core, hash: coreHash(blake2b, coreBytes), wraps, devices: core.devices.map(({ device }) => device) };
}

const sorted = (...devices: DeviceId[]): DeviceId[] => devices.sort();

describe('a renewal', () => {
  it('seals to this device and to listed ones whose prekeys the home has, and to the account’s key', () => {
    const { laptop, phone, accountKey } = account;
    const { core, hash, wraps, devices } = renewed(new Map([[phone.device, phone.signedPrekey]]));
    expect(sorted(...devices)).toEqual(sorted(laptop.device, phone.device));
    expect(core.links.map(({ kemKey }) => kemKey)).toEqual([accountKey]);
    const mine = wraps.find((wrap) => decodeWrap(wrap).recipient === phone.device) ?? expect.fail();
    expect(unwrapSecret(mine, core, hash, phone.device, phone.prekey.secretKey)).toMatchObject({ ok: true });
  });

  it('leaves out devices whose prekeys nobody knows', () => {
    expect(renewed(new Map()).devices).toEqual([account.laptop.device]);
  });

  it('[PK3] goes back behind no prekey that the epoch before names', () => {
    const { laptop, phone, access } = account;
    const { core } = access;
    const seen = { ...core, devices: [...core.devices, { device: phone.device, prekey: phone.prekeyId + 1 }] };
    const at = { counter: 2, position: { ...START, seq: 1 }, date: 0 };
    const known = { ...access, core: seen };
    const { record } = makeNextEpoch(
      laptop,
      known,
      renewalPlan(known),
      at,
      knownAtHome(() => phone.signedPrekey),
      nodeRandom,
    );
    const next = decodeCore(decodeEpochBody(decodeRecord(record).body).coreBytes);
    expect(next.devices.map(({ device }) => device)).toEqual([laptop.device]);
  });

  it('does not seal to a device that is on no list, though the home has its prekey and the epoch before was sealed to it', () => {
    const { laptop, tablet } = account;
    expect(renewed(new Map([[tablet.device, tablet.signedPrekey]])).devices).toEqual([laptop.device]);
  });

  it('takes no prekey that is another device’s, or that the device did not sign', () => {
    const { laptop, phone, tablet } = account;
    expect(renewed(new Map([[phone.device, tablet.signedPrekey]])).devices).toEqual([laptop.device]);
    const forged = phone.signedPrekey.slice();
    forged[forged.length - 70] = (forged[forged.length - 70] ?? 0) ^ 1;
    expect(renewed(new Map([[phone.device, forged]])).devices).toEqual([laptop.device]);
  });

  it('is not stopped by what is no prekey: a device that is to be left behind may have put it there', () => {
    const { laptop, phone } = account;
    for (const bytes of [new Uint8Array(), new Uint8Array(7), phone.signedPrekey.slice(1)])
      expect(renewed(new Map([[phone.device, bytes]])).devices).toEqual([laptop.device]);
  });
});
