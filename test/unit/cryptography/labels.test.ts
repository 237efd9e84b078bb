/** That the tables of what is signed and sealed are whole: a label or a signature that no row knows fails here. */
import { describe, expect, it } from 'vitest';
import { labelled } from '../../../src/wire/bytes.ts';
import { isSealed, KINDS } from '../../../src/wire/record.ts';
import { factsOf, PRODUCT } from '../../support/separation/labels-in-code.ts';
import { labelsInDocs } from '../../support/separation/labels-in-docs.ts';
import { SEALED } from '../../support/separation/sealed-things.ts';
import { SIGNED } from '../../support/separation/signed-things.ts';

/** Labels of what is hashed or derived alone: neither signature nor seal follows from them. */
const HASHED = [
  'room',
  'wrap',
  'record-hash',
  'device-list-hash',
  'link-checksum',
  'chain',
  'control-chain',
  'client-id',
  'link-signing',
  'link-kem',
  'link-salt',
  'link-password',
  'link-check',
  'view-link',
  'safety-number/1',
  'safety-number/2',
  'safety-code',
];
/** The service's own, under keys that never leave it, or over what it alone stores. */
const SERVICE = [
  'absent-account',
  'name',
  'address',
  'sign-up',
  'lookup',
  'invitation',
  'knock',
  'token',
  'refresh',
  'attempt',
  'next',
  'session-handle',
  'refresh-token',
].map((label) => `service/${label}`);

/** Every place that signs or seals: how many calls it has, and the rows of what they make. */
const MADE: Readonly<Record<string, readonly [number, ...string[]]>> = {
  'src/engine/seal/record-seal.ts sign': [1, ...KINDS.map((kind) => `a record: ${kind}`)],
  'src/engine/seal/record-seal.ts aeadSeal': [1, ...KINDS.filter(isSealed).map((kind) => `content: ${kind}`)],
  'src/engine/epochs/device-lists.ts sign': [2, 'a listing', 'a device list'],
  'src/engine/epochs/identity.ts sign': [1, 'a prekey'],
  'src/engine/epochs/link-keys.ts sign': [1, 'a certificate'],
  'src/engine/epochs/wraps.ts aeadSeal': [1, 'a wrap'],
  'src/engine/sync/relay-session.ts sign': [1, 'a hello'],
  'src/engine/membership/invitations.ts sign': [1, 'an invitation'],
  'src/engine/membership/knocks.ts sign': [1, 'a knock'],
  'src/engine/accounts/account-keys.ts sign': [1, 'a sign-in'],
  'src/engine/accounts/pairing.ts sign': [2, 'a listing', 'a claim'],
  'src/engine/accounts/bundle.ts aeadSeal': [1, 'a bundle', 'a master key, by password', 'a master key, by recovery'],
  'src/engine/accounts/pairing-messages.ts aeadSeal': [1, 'a greeting', 'a welcome'],
  'src/engine/accounts/pairing-messages.ts boxSeal': [1, 'a greeting', 'a welcome'],
  'src/engine/vault/sealed-box.ts aeadSeal': [1, 'a value of the vault'],
};

const sorted = (values: Iterable<string>): string[] => [...new Set(values)].sort();
const facts = factsOf(PRODUCT);

describe('labels', () => {
  it('have a row each in the tables of what is signed and sealed, or are for hashes and derived keys', () => {
    expect(facts.unknown).toEqual([]);
    const inRows = [...SIGNED.map(({ label }) => label), ...SEALED.flatMap(({ labels }) => labels)];
    expect(sorted(facts.labels)).toEqual(sorted([...inRows, ...HASHED, ...SERVICE]));
  });

  it('are those of docs/cryptography.md', () => {
    expect(sorted(labelsInDocs())).toEqual(sorted(facts.labels));
  });

  it('are such that what stands behind one never begins with another', () => {
    const texts = [...facts.labels].map((label) => Buffer.from(labelled(label)).toString('latin1'));
    for (const text of texts) {
      expect(text).toMatch(/^sealroom\/1\/[a-z0-9/-]+\0$/);
      expect(texts.filter((other) => other.startsWith(text))).toEqual([text]);
    }
  });

  it('are put before bytes in one place, and only these files know libsodium', () => {
    const naming = (text: string): string[] =>
      sorted([...PRODUCT].filter(([, source]) => source.includes(text)).map(([path]) => path));
    expect(naming('`sealroom/1/')).toEqual(['src/wire/bytes.ts']);
    expect(naming("from 'libsodium-wrappers'")).toEqual(['src/engine/seal/sodium.ts']);
    expect(naming("from 'sodium-native'")).toEqual([
      'sync-server/relay/hash.ts',
      'sync-server/relay/verifier.ts',
      'sync-server/service/keyed-hash.ts',
    ]);
  });
});

describe('places that sign or seal', () => {
  it('are those that are named here, and all rows are made by them', () => {
    expect(facts.sites).toEqual(Object.fromEntries(Object.entries(MADE).map(([site, [calls]]) => [site, calls])));
    const made = Object.values(MADE).flatMap(([, ...rows]) => rows);
    expect(sorted(made)).toEqual(sorted([...SIGNED, ...SEALED].map(({ name }) => name)));
  });

  it('are found when they are new', () => {
    const fresh = new Map([
      ['src/engine/new.ts', `import { sign } from './seal/sodium.ts'; sign(labelled('new', a), key);`],
    ]);
    expect(factsOf(fresh)).toEqual({ labels: new Set(['new']), sites: { 'src/engine/new.ts sign': 1 }, unknown: [] });
    const computed = new Map([['src/engine/new.ts', 'deriveKey(key, label)']]);
    expect(factsOf(computed).unknown).toEqual(['src/engine/new.ts: deriveKey']);
  });
});
