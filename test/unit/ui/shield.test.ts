import { describe, expect, it } from 'vitest';
import type { Member } from '../../../src/engine/membership/api.ts';
import type { LoggedEvent, Named, RoomSecurity, SecurityEvent } from '../../../src/engine/security/api.ts';
import { eventMeta, eventText } from '../../../src/ui/security/event-text.ts';
import { type ShieldFacts, type ShieldLevel, shieldOf } from '../../../src/ui/security/shield-state.ts';
import { NO_LIMITS } from '../../../src/wire/epoch.ts';
import type { DeviceId, PrincipalId } from '../../../src/wire/ids.ts';

const id = <T extends string>(letter: string): T => `${letter.repeat(42)}A` as T;
const member = (letter: string, change: Partial<Member> = {}): Member => ({
  principal: id<PrincipalId>(letter),
  role: 'editor',
  name: letter,
  verified: false,
  isSelf: false,
  devices: 1,
  ...change,
});
const SELF = member('a', { isSelf: true, role: 'owner' });
const VERIFIED = member('g', { verified: true });
const link = {
  principal: id<PrincipalId>('l'),
  role: 'editor' as const,
  path: null,
  limits: NO_LIMITS,
  hasPassword: false,
};
const FACTS: ShieldFacts = {
  room: { alarm: null, failure: null, caughtUp: true, shutOutBy: null },
  isOnline: true,
  people: { members: [SELF, VERIFIED], links: [] },
  contacts: [{ name: 'grace', principal: VERIFIED.principal, verified: true, changedTo: null }],
};
const room = (change: Partial<ShieldFacts['room']>): Partial<ShieldFacts> => ({ room: { ...FACTS.room, ...change } });
const changed = { name: 'grace', principal: VERIFIED.principal, verified: true, changedTo: id<PrincipalId>('z') };

describe('the shield', () => {
  const table: readonly (readonly [string, Partial<ShieldFacts>, ShieldLevel, string])[] = [
    ['everybody was compared', {}, 'calm', 'Everybody is verified'],
    ['nobody else is in', { people: { members: [SELF], links: [] } }, 'calm', 'Only you'],
    [
      'one is not verified',
      { people: { members: [SELF, member('k')], links: [] } },
      'neutral',
      '1 person not verified',
    ],
    [
      'two are not verified',
      { people: { members: [SELF, member('k'), member('m'), VERIFIED], links: [] } },
      'neutral',
      '2 people not verified',
    ],
    ['there is a link', { people: { members: [SELF, VERIFIED], links: [link] } }, 'neutral', 'Open by link'],
    ['nothing was read', { people: null }, 'unknown', 'Not checked yet'],
    ['offline', { isOnline: false }, 'unknown', 'Not up to date'],
    ['not all has come', room({ caughtUp: false }), 'unknown', 'Not up to date'],
    ['out of the room', room({ failure: 'unknown-device' }), 'unknown', 'Not up to date'],
    ['something was refused', room({ alarm: 'bad-record' }), 'attention', 'Something was refused'],
    ['a snapshot is disputed', room({ alarm: 'disputed' }), 'attention', 'A saved state is disputed'],
    [
      'a member’s keys do not open',
      room({ failure: 'cannot-open', shutOutBy: VERIFIED.principal }),
      'attention',
      'You were given keys that do not open',
    ],
    ['a member’s key has changed', { contacts: [changed] }, 'attention', 'A key has changed'],
    [
      'the key of somebody else has changed',
      { contacts: [{ ...changed, principal: id('y') }] },
      'calm',
      'Everybody is verified',
    ],
    [
      'offline, and something was refused',
      { isOnline: false, ...room({ alarm: 'bad-record' }) },
      'attention',
      'Something was refused',
    ],
    ['a fork', room({ alarm: 'forked' }), 'alarm', 'Different versions are being shown'],
    ['a gap', room({ alarm: 'gap' }), 'alarm', 'Part of the history is missing'],
    ['a rollback', room({ alarm: 'rolled-back' }), 'alarm', 'The server shows an older state'],
    ['something is withheld', room({ alarm: 'withheld' }), 'alarm', 'The server keeps changes back'],
    [
      'an alarm that was read, and cannot be gone on with',
      room({ failure: 'forked' }),
      'alarm',
      'Different versions are being shown',
    ],
    [
      'another room than the link’s',
      room({ failure: 'untrusted-chain' }),
      'alarm',
      'This is not the document that was shared',
    ],
    [
      'an alarm, offline, with a changed key',
      { isOnline: false, contacts: [changed], ...room({ alarm: 'withheld' }) },
      'alarm',
      'The server keeps changes back',
    ],
  ];
  it.each(table)('%s', (_, change, level, headline) => {
    expect(shieldOf({ ...FACTS, ...change })).toMatchObject({ level, headline });
  });

  it('is never calm where somebody may read who was not compared, or that is not known', () => {
    for (const links of [[], [link]])
      for (const verified of [true, false])
        for (const isOnline of [true, false])
          for (const caughtUp of [true, false]) {
            const people = { members: [SELF, { ...VERIFIED, verified }], links };
            const { level } = shieldOf({ ...FACTS, isOnline, people, ...room({ caughtUp }) });
            expect(level === 'calm').toBe(links.length === 0 && verified && isOnline && caughtUp);
          }
  });
});

describe('the security log', () => {
  const named = (name: string | null, change: Partial<Named> = {}): Named => ({
    kind: 'account',
    name,
    isSelf: false,
    verified: false,
    keyChanged: false,
    addedBy: null,
    ...change,
  });
  const names = {
    [id('a')]: named('ada', { isSelf: true }),
    [id('g')]: named('grace'),
    [id('k')]: named(null),
    [id('l')]: named(null, { kind: 'link' }),
  } as RoomSecurity['names'];
  const by = (letter: string) => ({ device: id<DeviceId>('d'), principal: id<PrincipalId>(letter) });
  const NOW = 1_000_000_000;
  const said = (event: Omit<LoggedEvent, 'seq' | 'when' | 'by'> & { type: LoggedEvent['type'] }, who = 'a') =>
    eventText({ seq: 1, when: null, by: by(who), ...event } as LoggedEvent, names);

  it('names people as oneself knows them, and others by their keys', () => {
    expect(said({ type: 'added', principal: id('g'), role: 'viewer' } as never)).toBe('You let grace in as reader');
    expect(said({ type: 'removed', principal: id('k') } as never, 'g')).toBe(
      'grace removed somebody you do not know (kkkk kkkk kkkk…)',
    );
    expect(said({ type: 'left' } as never, 'k')).toBe('Somebody you do not know (kkkk kkkk kkkk…) left');
    expect(said({ type: 'unopened', of: { principal: id('k') } } as never, 'a')).toMatch(
      /^You could not open the keys that /,
    );
    expect(said({ type: 'objected' } as never, 'l')).toBe('Somebody by a link objected to a saved state');
    expect(said({ type: 'role', principal: id('a'), from: 'owner', to: 'editor' } as never, 'g')).toBe(
      'grace changed your role from owner to editor',
    );
  });

  it('says a link’s limits, how often keys were renewed, and what was not shown', () => {
    const made = { type: 'link-made', link: id('l'), role: 'editor', expiresAt: 0, maxUses: 5 };
    expect(said(made as never)).toBe('You made an edit link, for 5 devices');
    expect(said({ ...made, maxUses: 0 } as never)).toBe('You made an edit link');
    expect(said({ ...made, expiresAt: NOW } as never)).toContain('until Jan 12, 1970');
    expect(said({ type: 'renewed', count: 12 } as never)).toBe('You renewed the keys 12 times');
    expect(said({ type: 'hidden', count: 37 } as never)).toBe('37 renewals of keys before you came');
  });

  it('says whose doing a refusal was, how often, and whose word a time is', () => {
    const refused = { type: 'refused', kind: 'update', reason: 'wrong-role', count: 3 } as const;
    const here = { at: NOW - 120_000, word: 'here' } as const;
    const signed: SecurityEvent = { ...refused, by: by('g'), when: here };
    expect(eventText(signed, names)).toBe('A change of the text was refused');
    expect(eventMeta(signed, names, NOW)).toEqual(['3 times, the last seen here 2 minutes ago', 'sent by grace']);
    const unsigned: SecurityEvent = { ...refused, kind: null, count: 1, by: null, when: here };
    expect(eventMeta(unsigned, names, NOW)).toEqual([
      'seen here 2 minutes ago',
      'the server’s doing: nobody signed it',
    ]);
    const forked: SecurityEvent = { type: 'alarm', alarm: 'forked', count: 1, by: by('g'), when: here };
    expect(eventText(forked, names)).toBe('Different versions are being shown');
    expect(eventMeta(forked, names, NOW)).toEqual(['seen here 2 minutes ago', 'against the signed word of grace']);
    const renewed: LoggedEvent = {
      seq: 2,
      when: { at: NOW - 120_000, word: 'signer' },
      by: by('g'),
      type: 'renewed',
      count: 1,
    };
    expect(eventMeta(renewed, names, NOW)).toEqual(['2 minutes ago']);
  });
});
