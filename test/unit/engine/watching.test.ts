import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SecurityEvent } from '../../../src/engine/security/api.ts';
import { verifyEvidence } from '../../../src/engine/security/verify-evidence.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import { TwoInARoom } from '../../support/two-in-a-room.ts';

/** What an interior gap may take to be noticed. Milliseconds. */
const NOTICED_WITHIN_MS = 5_000;

describe('watching the relay', () => {
  let two: TwoInARoom;
  beforeEach(async () => {
    two = await TwoInARoom.start();
  });
  afterEach(() => two.stop());

  const alarmOf = (name: string) => two.state(name).alarm;
  /** Both write a word each while it has not happened. */
  const isNoticed = async (name: string, alarm: string): Promise<boolean> => {
    two.write('alice');
    const first = await two.takes(() => alarmOf(name) === alarm, 1_000);
    two.write('alice');
    return (
      first !== undefined || (await two.takes(() => alarmOf(name) === alarm, NOTICED_WITHIN_MS - 1_000)) !== undefined
    );
  };
  const once = (change: (frame: RelayFrame) => readonly RelayFrame[]) => {
    let done = false;
    return (frame: RelayFrame): readonly RelayFrame[] => {
      if (done || frame.type !== 'entry') return [frame];
      done = true;
      return change(frame);
    };
  };
  const eventsOf = async (name: string): Promise<readonly SecurityEvent[]> =>
    (await two.ask(two.engine(name).membership.security(two.room)))?.events ?? [];
  /** From the file that the person would save. */
  const evidenceOf = async (name: string) => {
    const file = await two.ask(two.engine(name).membership.evidence(two.room));
    const verdict = verifyEvidence(file ?? '');
    if (!verdict.ok) throw new Error(verdict.why);
    return verdict.evidence;
  };

  it('control: an honest relay raises nothing, however long both write', async () => {
    for (let i = 0; i < 30; i++) {
      two.write(i % 2 ? 'alice' : 'bob');
      await two.pass(700);
    }
    expect([alarmOf('alice'), alarmOf('bob')]).toEqual([null, null]);
    expect(await two.ask(two.engine('bob').membership.evidence(two.room))).toBeNull();
  });

  it('[CH2] a record that is left out is noticed within five seconds', async () => {
    two.cheat(once(() => []));
    expect(await isNoticed('bob', 'gap')).toBe(true);
    expect((await eventsOf('bob'))[0]).toMatchObject({ type: 'alarm', alarm: 'gap', count: 1 });
    expect(await evidenceOf('bob')).toMatchObject([{ alarm: 'gap' }]);
  });
  it('[CH2] so is one that comes twice', async () => {
    two.cheat(once((frame) => [frame, frame]));
    expect(await isNoticed('bob', 'gap')).toBe(true);
  });
  it('[CH2] so are two that are swapped', async () => {
    let kept: RelayFrame | null = null;
    two.cheat((frame) => {
      if (frame.type !== 'entry') return [frame];
      if (kept) return [frame, kept];
      kept = frame;
      return [];
    });
    expect(await isNoticed('bob', 'gap')).toBe(true);
  });

  /** From now on each is shown nothing that the other writes, but what they signal. */
  const fork = (): void => {
    two.cheat((frame) => (frame.type === 'entry' ? [] : [frame]), 'alice');
    two.cheat((frame) => {
      if (frame.type === 'entry') return [];
      return frame.type === 'ack' ? [{ ...frame, seq: frame.seq - 1 }] : [frame];
    });
  };

  it('[WA1] two members who are shown different logs both notice within five seconds, and can prove it', async () => {
    fork();
    two.write('alice');
    await two.pass(500);
    two.write('bob');
    const forked = (): boolean => alarmOf('alice') === 'forked' && alarmOf('bob') === 'forked';
    expect(await two.takes(forked, NOTICED_WITHIN_MS)).toBeDefined();
    for (const name of ['alice', 'bob']) {
      const [evidence] = await evidenceOf(name);
      expect(evidence).toMatchObject({ alarm: 'forked', shows: 'contradiction' });
      expect(evidence?.devices).toHaveLength(2);
    }
  });

  it('[WA2] what somebody has seen and the relay keeps back is noticed within five seconds', async () => {
    const held = (await two.ask(two.engine('bob').open(two.room)))?.position;
    two.cheat((frame) => {
      if (frame.type === 'entry') return [];
      return frame.type === 'opened' && held ? [{ ...frame, head: held }] : [frame];
    });
    two.write('alice');
    expect(await two.takes(() => alarmOf('bob') === 'withheld', NOTICED_WITHIN_MS)).toBeDefined();
    expect(await evidenceOf('bob')).toMatchObject([{ alarm: 'withheld', shows: 'word' }]);
  });

  it('[WA2] a relay that is slow and says so is none that keeps back', async () => {
    const until = two.scheduler.now + 4_000;
    two.cheat((frame) => (frame.type === 'entry' && two.scheduler.now < until ? [] : [frame]));
    two.write('alice');
    await two.pass(3_800);
    expect(two.state('bob')).toMatchObject({ alarm: null, caughtUp: false });
    two.reconnect();
    await two.takes(() => two.state('bob').caughtUp, 5_000);
    expect(two.state('bob')).toMatchObject({ alarm: null, caughtUp: true });
  });

  it('[WA3] a state older than one that this device has seen is refused, and stays told after a restart', async () => {
    const old = { seq: 1, hash: (await two.ask(two.engine('bob').open(two.room)))?.position.hash };
    two.cheat((frame) =>
      frame.type === 'opened' && old.hash ? [{ ...frame, head: { seq: 1, hash: old.hash } }] : [frame],
    );
    two.reconnect();
    expect(await two.takes(() => alarmOf('bob') === 'rolled-back', NOTICED_WITHIN_MS)).toBeDefined();
    expect(await evidenceOf('bob')).toMatchObject([{ alarm: 'rolled-back', shows: 'word' }]);
    two.cheat(null);
    await two.ask(two.device('bob').close());
    await two.ask(two.device('bob').start());
    await two.ask(two.engine('bob').open(two.room));
    expect(alarmOf('bob')).toBe('rolled-back');
    expect(await evidenceOf('bob')).toHaveLength(1);
    await two.ask(two.engine('bob').membership.acknowledge(two.room));
    expect(alarmOf('bob')).toBeNull();
    expect((await eventsOf('bob'))[0]).toMatchObject({ type: 'alarm', alarm: 'rolled-back' });
  });
});
