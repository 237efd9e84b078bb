import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AwarenessEntry, Presence } from '../../../src/engine/rooms/presence.ts';
import { MAX_AWARENESS_BYTES, type PresenceNews } from '../../../src/engine/rooms/signal-body.ts';
import { deviceId } from '../../../src/wire/ids.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const bob = deviceId(new Uint8Array(32).fill(2));
const carol = deviceId(new Uint8Array(32).fill(3));
const nonce = new Uint8Array(16);
const own = (clientId: number) => ({ clientId, nonce });
const seen = (clientId: number, clock: number, state = '{}'): PresenceNews => ({
  asks: false,
  entries: [{ clientId, nonce, clock, state }],
});

function setUp() {
  const clock = new ManualClock();
  const sent: { readonly at: number; readonly signal: PresenceNews }[] = [];
  const told: AwarenessEntry[] = [];
  const presence = new Presence({
    clock,
    send: (signal) => sent.push({ at: clock.now(), signal }),
    tell: (entries) => told.push(...entries),
  });
  return { clock, sent, told, presence };
}
type Sent = ReturnType<typeof setUp>['sent'];

/** At most ten in any second. */
function expectRate(sent: Sent): void {
  sent.forEach(({ at }, i) => {
    const tenth = sent[i + 10];
    if (tenth && tenth.at - at < 1000) expect.fail(`eleven signals in ${tenth.at - at} ms`);
  });
}

describe('presence', () => {
  it('sends at most ten signals a second, however much moves, and the last state in the end', () => {
    const { clock, sent, presence } = setUp();
    presence.begin();
    for (let i = 1; i <= 3_000; i++) {
      presence.setLocal(own(1), i, `{"at":${i}}`);
      clock.advance(1);
    }
    clock.advance(200);
    expectRate(sent);
    expect(sent.length).toBeGreaterThan(25);
    expect(sent.at(-1)?.signal.entries).toMatchObject([{ clock: 3_000, state: '{"at":3000}' }]);
  });

  it('speaks of nobody from before when another document takes the place of the one before', () => {
    const { clock, sent, told, presence } = setUp();
    presence.begin();
    presence.setLocal(own(1), 1, '{}');
    presence.receive(bob, seen(7, 1));
    clock.advance(200);
    presence.removeLocal(1);
    presence.startOver();
    clock.advance(200);
    // By an id of the other document the whole signal would count for nothing.
    expect(sent.at(-1)?.signal).toEqual({ asks: true, entries: [] });
    expect(presence.others()).toEqual([]);
    expect(told.at(-1)).toMatchObject({ client: 7, state: 'null' });
  });

  it('keeps the rate whatever happens: tabs, questions, lost and new connections', () => {
    const step = fc.oneof(
      fc.record({ type: fc.constant('set' as const), client: fc.nat(3) }),
      fc.record({ type: fc.constant('remove' as const), client: fc.nat(3) }),
      fc.record({ type: fc.constant('asked' as const) }),
      fc.record({ type: fc.constant('reconnect' as const) }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.nat(150) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { clock, sent, presence } = setUp();
        presence.begin();
        steps.forEach((action, i) => {
          if (action.type === 'set') presence.setLocal(own(action.client), i, '{}');
          if (action.type === 'remove') presence.removeLocal(action.client);
          if (action.type === 'asked') presence.receive(bob, { ...seen(9, i), asks: true });
          if (action.type === 'wait') clock.advance(action.ms);
          if (action.type !== 'reconnect') return;
          presence.end();
          presence.begin();
        });
        clock.advance(2_000);
        expectRate(sent);
      }),
      { numRuns: 100 },
    );
  });

  it('asks when it begins, answers who asks, and beats every twelve seconds', () => {
    const { clock, sent, presence } = setUp();
    presence.begin();
    clock.advance(1);
    expect(sent.map(({ signal }) => signal.asks)).toEqual([true]);
    clock.advance(200);
    presence.receive(bob, { ...seen(7, 1), asks: true });
    clock.advance(100);
    expect(sent.map(({ signal }) => signal.asks)).toEqual([true, false]);
    clock.advance(60_000);
    expect(sent).toHaveLength(2 + 5);
  });

  it('says once that a tab has gone, and then nothing more of it', () => {
    const { clock, sent, presence } = setUp();
    presence.begin();
    presence.setLocal(own(1), 5, '{}');
    clock.advance(200);
    presence.removeLocal(1);
    presence.removeLocal(1);
    clock.advance(200);
    expect(sent.at(-1)?.signal.entries).toMatchObject([{ clientId: 1, clock: 6, state: 'null' }]);
    clock.advance(12_000);
    expect(sent.at(-1)?.signal.entries).toEqual([]);
  });

  it('shows others, newer states only, and forgets them after thirty seconds without a sign of life', () => {
    const { clock, told, presence } = setUp();
    presence.begin();
    presence.receive(bob, seen(7, 3, '"x"'));
    presence.receive(bob, seen(7, 2, '"old"'));
    presence.receive(bob, seen(7, 3, '"same"'));
    expect(told).toEqual([{ client: 7, clock: 3, state: '"x"' }]);
    clock.advance(29_999);
    expect(presence.others()).toHaveLength(1);
    clock.advance(12_001);
    expect(presence.others()).toEqual([]);
    expect(told.at(-1)).toEqual({ client: 7, clock: 3, state: 'null' });
  });

  it('keeps whoever goes on beating with the same state', () => {
    const { clock, told, presence } = setUp();
    presence.begin();
    for (let i = 0; i < 10; i++) {
      presence.receive(bob, seen(7, 3));
      clock.advance(12_000);
    }
    expect(presence.others()).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it('forgets all others when the relay is gone, and a device that lost its place', () => {
    const { told, presence } = setUp();
    presence.receive(bob, seen(7, 1));
    presence.receive(carol, seen(8, 1));
    presence.drop(bob);
    expect(presence.others().map(({ client }) => client)).toEqual([8]);
    presence.end();
    expect(presence.others()).toEqual([]);
    expect(told.filter(({ state }) => state === 'null').map(({ client }) => client)).toEqual([7, 8]);
  });

  it('sends nothing after its end', () => {
    const { clock, sent, presence } = setUp();
    presence.begin();
    clock.advance(200);
    presence.end();
    clock.advance(60_000);
    expect(sent).toHaveLength(1);
  });

  it('passes on no state that is too large, in neither direction', () => {
    const { clock, sent, told, presence } = setUp();
    const large = 'x'.repeat(MAX_AWARENESS_BYTES + 1);
    presence.begin();
    presence.setLocal(own(1), 1, large);
    presence.receive(bob, seen(7, 1, large));
    clock.advance(1_000);
    expect(sent.at(-1)?.signal.entries).toEqual([]);
    expect(told).toEqual([]);
  });
});
