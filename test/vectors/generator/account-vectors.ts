/** Vectors of accounts: what the service keeps sealed, what a device keeps of its account and signs. */
import { home } from './epochs.ts';
import { everyCut, type Hostile, otherVersions, refused, trailing, unopened } from './hostile.ts';
import { block, cat, flip, hex, type Json, labelled, text, u8, u32, utf8, zeros } from './layout.ts';
import { dora, doraAccount, someDevice } from './people.ts';
import { derive, fixed, seal } from './primitives.ts';

const account = fixed('account id', 16);
const otherAccount = fixed('another account id', 16);
export const serverKey = fixed('OPAQUE key of the server');
const master = fixed('master key');
const exportKeys = { password: fixed('export key of the password', 64), recovery: fixed('export key of the code', 64) };
type Way = keyof typeof exportKeys;

// Master wraps and bundles

const sealed = (key: Uint8Array, nonce: Uint8Array, place: Uint8Array, plain: Uint8Array): Uint8Array =>
  cat(u8(1), nonce, seal(key, nonce, place, plain));

function masterWrap(way: Way, plain = master) {
  const [key, nonce] = [derive(exportKeys[way], 'master-wrap'), fixed(`nonce of the wrap for ${way}`, 24)];
  const place = labelled('master', account, utf8(way));
  return { key, nonce, place, bytes: sealed(key, nonce, place, plain) };
}
const byPassword = masterWrap('password');
const forPassword = { account: hex(account), way: 'password', exportKey: hex(exportKeys.password) };

export const masterWraps = {
  about:
    'An account’s master key under the export key of each way in: version, nonce, ciphertext. `place`: the associated data. Hostile ones are opened with the fields beside them.',
  valid: (['password', 'recovery'] as const).map((way): Json => {
    const { key, nonce, place, bytes } = masterWrap(way);
    const names = { name: `by ${way}`, account: hex(account), way, exportKey: hex(exportKeys[way]) };
    return { ...names, master: hex(master), key: hex(key), nonce: hex(nonce), place: hex(place), bytes: hex(bytes) };
  }),
  hostile: [
    unopened('for another account', byPassword.bytes, { ...forPassword, account: hex(otherAccount) }),
    unopened('as the other way in', byPassword.bytes, { ...forPassword, way: 'recovery' }),
    unopened('with the other way’s export key', byPassword.bytes, {
      ...forPassword,
      exportKey: hex(exportKeys.recovery),
    }),
    unopened('version 0', cat(u8(0), byPassword.bytes.slice(1)), forPassword),
    unopened('version 2', cat(u8(2), byPassword.bytes.slice(1)), forPassword),
    unopened('the nonce changed', flip(byPassword.bytes, 1), forPassword),
    unopened('the ciphertext changed', flip(byPassword.bytes, 25), forPassword),
    unopened('the tag changed', flip(byPassword.bytes, -1), forPassword),
    unopened('a byte too many', cat(byPassword.bytes, u8(0)), forPassword),
    unopened('a master key of 31 bytes', masterWrap('password', master.slice(1)).bytes, forPassword),
    everyCut('a wrap', 'cannot-open', byPassword.bytes, { step: 'open', ...forPassword }),
  ] satisfies Hostile[],
};

const bundleKey = derive(master, 'bundle-key');
const bundlePlain = cat(dora.identity.seed, doraAccount.seed, home.core.room, block(serverKey));
function bundleOf(version: number, plain = bundlePlain) {
  const nonce = fixed(`nonce of bundle ${version}`, 24);
  const place = labelled('bundle', account, u32(version));
  return { nonce, place, bytes: sealed(bundleKey, nonce, place, plain) };
}
const third = bundleOf(3).bytes;
const asThird = { account: hex(account), version: 3, master: hex(master) };

export const bundles = {
  about:
    'The bundle of an account under its master key: version, nonce, ciphertext over identity seed, account key seed, home, the server’s OPAQUE key. `version`: of this account’s bundles; `place`: the associated data. The home is that of epochs.json.',
  valid: [1, 3].map((version): Json => {
    const { nonce, place, bytes } = bundleOf(version);
    return {
      name: `version ${version}`,
      account: hex(account),
      version,
      master: hex(master),
      fields: {
        identitySeed: hex(dora.identity.seed),
        accountKeySeed: hex(doraAccount.seed),
        home: hex(home.core.room),
        serverKey: hex(serverKey),
      },
      principal: hex(dora.identity.key),
      key: hex(bundleKey),
      nonce: hex(nonce),
      place: hex(place),
      plain: hex(bundlePlain),
      bytes: hex(bytes),
    };
  }),
  hostile: [
    unopened('of another account', third, { ...asThird, account: hex(otherAccount) }),
    unopened('as an older version', third, { ...asThird, version: 2 }),
    unopened('as a newer version', third, { ...asThird, version: 4 }),
    unopened('an older one in its place', bundleOf(1).bytes, asThird),
    unopened('under another master key', third, { ...asThird, master: hex(fixed('another master key')) }),
    unopened('layout version 0', cat(u8(0), third.slice(1)), asThird),
    unopened('layout version 2', cat(u8(2), third.slice(1)), asThird),
    unopened('the nonce changed', flip(third, 1), asThird),
    unopened('the ciphertext changed', flip(third, 25), asThird),
    unopened('the tag changed', flip(third, -1), asThird),
    unopened('a byte too many', cat(third, u8(0)), asThird),
    unopened('a byte too many under the seal', bundleOf(3, cat(bundlePlain, u8(0))).bytes, asThird),
    unopened('a byte too few under the seal', bundleOf(3, bundlePlain.slice(0, -1)).bytes, asThird),
    unopened('a server key of 65 bytes', bundleOf(3, cat(bundlePlain.slice(0, 96), block(zeros(65)))).bytes, asThird),
    everyCut('a bundle', 'cannot-open', third, { step: 'open', ...asThird }),
  ] satisfies Hostile[],
};

// What a device keeps and signs

const ACCESSES = ['in', 'locked', 'revoked', 'banned'] as const;
const accountRecord = (access: number, name = 'dora'): Uint8Array =>
  cat(u8(1), account, text(name), home.core.room, block(serverKey), u8(access));

export const accountRecords = {
  about: 'What a device keeps of its account, in its vault.',
  valid: ACCESSES.map((access, i): Json => {
    const fields = { name: 'dora', home: hex(home.core.room), serverKey: hex(serverKey), access };
    return { name: access, id: hex(account), fields, bytes: hex(accountRecord(i)) };
  }),
  hostile: [
    ...otherVersions('a record', accountRecord(0)),
    trailing('a record', accountRecord(0)),
    refused('an access of 4', 'malformed', accountRecord(4)),
    refused('a name of 33 bytes', 'too-large', accountRecord(0, 'd'.repeat(33))),
    everyCut('a record', 'malformed', accountRecord(0)),
  ] satisfies Hostile[],
};

const attempt = fixed('attempt', 16);
const host = 'sealroom.example:8443';
export const accountProofs = {
  about:
    'What a device signs to sign in (over an attempt and the host) and to be let in after it was added (over its key and the host).',
  valid: [
    {
      name: 'sign-in',
      deviceSeed: hex(someDevice.seed),
      attempt: hex(attempt),
      host,
      signed: hex(labelled('sign-in', attempt, utf8(host))),
      signature: hex(someDevice.sign('sign-in', attempt, utf8(host))),
    },
    {
      name: 'claim',
      deviceSeed: hex(someDevice.seed),
      device: hex(someDevice.key),
      host,
      signed: hex(labelled('claim', someDevice.key, utf8(host))),
      signature: hex(someDevice.sign('claim', someDevice.key, utf8(host))),
    },
  ],
  hostile: [],
};
