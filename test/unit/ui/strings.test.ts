import { describe, expect, it } from 'vitest';
import type { AccountFailure } from '../../../src/engine/accounts/api.ts';
import type { MembershipFailure } from '../../../src/engine/membership/api.ts';
import { explain, explainFailure, explainMembership, explainReason, strings } from '../../../src/ui/strings.ts';
import { API_REASONS } from '../../../src/wire/http/errors.ts';
import { REASONS } from '../../../src/wire/refusals.ts';

const ROOM_FAILURES = [
  'damaged-vault',
  'damaged-link',
  'password-needed',
  'wrong-password',
  'untrusted-chain',
  'rolled-back',
  'forked',
] as const;
const STORAGE_FAULTS = ['denied', 'full', 'failed'] as const;

const ACCOUNT_FAILURES: readonly AccountFailure[] = [
  ...API_REASONS,
  'offline',
  'weak-password',
  'mistyped-code',
  'untrusted-server',
  'unsent',
  'other-account',
  'wrong-state',
  'storage-denied',
  'storage-full',
  'bad-pairing-code',
  'key-changed',
];

// A reason that is missing here is an error of the compiler.
const OWN_MEMBERSHIP: Readonly<Record<Exclude<MembershipFailure, (typeof REASONS)[number] | AccountFailure>, true>> = {
  'not-owner': true,
  'last-owner': true,
  'already-member': true,
  'not-member': true,
  'no-account': true,
};
const MEMBERSHIP_FAILURES = [
  ...new Set([...REASONS, ...ACCOUNT_FAILURES, ...(Object.keys(OWN_MEMBERSHIP) as MembershipFailure[])]),
];

describe('the catalogue', () => {
  it.each([...REASONS, ...ROOM_FAILURES])('explains %s: what happened, what it means, what to do', (reason) => {
    const sentence = explainReason(reason);
    expect(sentence).toMatch(/^[A-Z].+\. .+\.$/);
    expect(sentence).not.toMatch(/undefined|\.\.|epoch|nonce|counter/);
    // It also completes "Refused: …".
    expect(strings.refusals[reason].what).toMatch(/^[a-z].*[^.]$/);
  });

  it.each(STORAGE_FAULTS)('explains the storage fault %s', (fault) => {
    expect(strings.storage[fault].what).toMatch(/^[a-z].*[^.]$/);
    expect(strings.storage[fault].next).toMatch(/^[A-Z].+\.$/);
  });

  it('explains what a command may refuse with besides', () => {
    expect(explainReason('storage-denied')).toContain('does not let Sealroom store');
    expect(explainReason('storage-full')).toContain('full');
  });

  it('knows every failure of an account command', () => {
    expect(Object.keys(strings.accountFailures).sort()).toEqual([...ACCOUNT_FAILURES].sort());
  });

  it.each(ACCOUNT_FAILURES)('explains %s of an account: what happened, what it means, what to do', (reason) => {
    const sentence = explainFailure({ reason });
    expect(sentence).toMatch(/^[A-Z].+\. .+\.$/);
    expect(sentence).not.toMatch(/undefined|\.\.|OPAQUE|bundle|JSON/);
    expect(strings.accountFailures[reason].what).toMatch(/^[a-z].*[^.]$/);
  });

  it.each(MEMBERSHIP_FAILURES)('explains %s of who is in: what happened, what it means, what to do', (reason) => {
    const sentence = explainMembership({ reason });
    expect(sentence).toMatch(/^[A-Z].+\. .+\.$/);
    expect(sentence).not.toMatch(/undefined|\.\.|epoch|nonce|counter|by itself\.$|copy of what you wrote/);
    expect(explainMembership({ reason, waitSeconds: 120 })).toMatch(
      /\. Nothing was changed\. Try again in 2 minutes\.$/,
    );
  });

  it('knows every failure of a change of who is in', () => {
    expect(Object.keys(strings.membershipFailures).sort()).toEqual([...MEMBERSHIP_FAILURES].sort());
  });

  it('says how long to wait where the server says so', () => {
    expect(explainFailure({ reason: 'too-many-attempts', waitSeconds: 540 })).toContain('in 9 minutes.');
    expect(explainFailure({ reason: 'too-many-attempts', waitSeconds: 61 })).toContain('in 61 seconds.');
    expect(explainFailure({ reason: 'too-many-attempts', waitSeconds: 1 })).toContain('in 1 second.');
    expect(explainFailure({ reason: 'too-many-attempts' })).toBe(explain(strings.accountFailures['too-many-attempts']));
  });

  it('has a sentence for every weakness that the estimator of passwords names', () => {
    // The estimator names them with these keys; its own list is not exported.
    const warnings =
      'straightRow keyPattern simpleRepeat extendedRepeat sequences recentYears dates topTen topHundred common ' +
      'similarToCommon wordByItself namesByThemselves commonNames userInputs pwned';
    expect(Object.keys(strings.passwordStrength.reasons).sort()).toEqual(warnings.split(' ').sort());
  });
});
