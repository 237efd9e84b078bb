import { describe, expect, it } from 'vitest';
import type { RoomState } from '../../../src/engine/api.ts';
import { describeLosses } from '../../../src/ui/documents/losses.ts';
import { noticesFor } from '../../../src/ui/documents/notices.ts';
import { isWritable, pageView } from '../../../src/ui/documents/page-view.ts';
import { makeRecovery } from '../../../src/ui/documents/recovery.ts';
import { describeTime } from '../../../src/ui/documents/relative-time.ts';
import type { RoomId } from '../../../src/wire/ids.ts';

const room: RoomState = {
  room: 'r' as RoomId,
  title: 'Plan',
  phase: 'ready',
  failure: null,
  role: 'owner',
  readOnly: null,
  saved: { at: 'relay' },
  caughtUp: true,
  generation: 1,
  alarm: null,
  noticed: 0,
  rescued: false,
  changedAt: 0,
  part: 0,
  earlierParts: 0,
  accessAt: 1,
  epoch: 1,
  shutOutBy: null,
  kept: 'device',
  folder: null,
};
const none = { at: 'none' } as const;

describe('what a document’s page shows', () => {
  it('is the document once it is here', () => {
    expect(pageView(room, none)).toEqual({ show: 'document', room });
    expect(pageView({ ...room, phase: 'opening' }, none).show).toBe('opening');
  });
  it('is why it cannot be shown', () => {
    expect(pageView({ ...room, phase: 'failed', failure: 'forked' }, none)).toEqual({
      show: 'room-failed',
      reason: 'forked',
    });
    expect(pageView(undefined, none).show).toBe('missing');
    expect(pageView(undefined, { at: 'opening' }).show).toBe('opening');
    expect(pageView(undefined, { at: 'failed', reason: 'damaged-link' }).show).toBe('link-failed');
  });
});

describe('writing', () => {
  it('is for owners and editors of a document that this version understands', () => {
    expect(isWritable(room, null)).toBe(true);
    expect(isWritable({ ...room, role: 'editor' }, null)).toBe(true);
    expect(isWritable({ ...room, role: 'commenter' }, null)).toBe(false);
    expect(isWritable({ ...room, role: 'viewer', readOnly: 'role' }, null)).toBe(false);
    expect(isWritable({ ...room, readOnly: 'newer-schema' }, null)).toBe(false);
    expect(isWritable({ ...room, phase: 'opening' }, null)).toBe(false);
  });
  it('ends when the person was removed: nothing of it would be sent', () => {
    expect(isWritable({ ...room, role: 'editor', failure: 'unknown-device' }, null)).toBe(false);
    expect(isWritable({ ...room, role: 'editor', failure: 'overloaded' }, null)).toBe(true);
  });
  it('ends when a newer version has taken over', () => {
    expect(isWritable(room, { type: 'retired' })).toBe(false);
    expect(isWritable(room, { type: 'protocol' })).toBe(true);
  });
});

describe('the notices above a document', () => {
  const tones = (change: Partial<RoomState>) => noticesFor({ ...room, ...change }, null).map(({ tone }) => tone);
  it('are none when all is well', () => {
    expect(tones({})).toEqual([]);
  });
  it('come gravest first', () => {
    expect(tones({ rescued: true, alarm: 'forked', role: 'viewer', readOnly: 'role' })).toEqual([
      'danger',
      'warning',
      'info',
    ]);
  });
  it('offer the rescued copy', () => {
    expect(noticesFor({ ...room, rescued: true }, null)[0]?.action).toBe('rescued');
  });
  it('say why nothing arrives any more, once, and nothing of the role besides', () => {
    expect(tones({ failure: 'unknown-device', role: null, readOnly: 'role' })).toEqual(['warning']);
    const saved = { at: 'refused', reason: 'unknown-device' } as const;
    expect(tones({ failure: 'unknown-device', saved })).toEqual(['danger']);
    // Above every screen, or as an alarm.
    expect(tones({ failure: 'session-needed' })).toEqual([]);
    expect(tones({ failure: 'forked', alarm: 'forked' })).toEqual(['warning']);
  });
  it('do not say twice that there is no storage', () => {
    const saved = { at: 'nowhere', fault: 'denied' } as const;
    expect(noticesFor({ ...room, saved }, null)).toHaveLength(1);
    expect(noticesFor({ ...room, saved }, { type: 'storage', fault: 'denied' })).toHaveLength(0);
  });
});

describe('removing a document', () => {
  it('names what would be lost', () => {
    expect(describeLosses({ ...room, role: 'editor' })).toEqual([]);
    expect(describeLosses({ ...room, role: 'editor', saved: { at: 'device', waiting: 3 } })[0]).toContain('3 changes');
    expect(describeLosses({ ...room, role: 'editor', rescued: true })).toHaveLength(1);
    expect(describeLosses(room)[0]).toContain('own');
  });
});

describe('an editor that failed', () => {
  it('is replaced three times, then given up, and again after a while', () => {
    let now = 0;
    const recover = makeRecovery(() => now);
    expect([recover(), recover(), recover(), recover()]).toEqual(['renew', 'renew', 'renew', 'give-up']);
    now = 60_000;
    expect(recover()).toBe('renew');
  });
});

describe('when a document was changed', () => {
  const HOUR = 3_600_000;
  it('is said as people say it', () => {
    expect(describeTime(1_000, 2_000)).toBe('just now');
    expect(describeTime(5_000, 0)).toBe('just now');
    // By a clock that is ahead: neither "in 30 days" nor "just now".
    expect(describeTime(30 * 24 * HOUR, 0)).toMatch(/^Jan 31, 1970, 12:00\sAM$/);
    expect(describeTime(0, 5 * 60_000)).toBe('5 minutes ago');
    expect(describeTime(0, 2 * HOUR)).toBe('2 hours ago');
    expect(describeTime(0, 25 * HOUR)).toBe('yesterday');
    expect(describeTime(0, 30 * 24 * HOUR)).toBe('Jan 1, 1970');
  });
});
