import { describe, expect, it } from 'vitest';
import { explainReason, strings } from '../../../src/ui/strings.ts';
import { REASONS } from '../../../src/wire/refusals.ts';

const ROOM_FAILURES = ['damaged-vault', 'damaged-link', 'untrusted-chain', 'rolled-back', 'forked'] as const;
const STORAGE_FAULTS = ['denied', 'full', 'failed'] as const;

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
});
