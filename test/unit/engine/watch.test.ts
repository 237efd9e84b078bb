import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AlarmCause, Alarms } from '../../../src/engine/rooms/alarms.ts';
import type { RelayLine } from '../../../src/engine/rooms/relay-line.ts';
import type { Trust } from '../../../src/engine/rooms/trust.ts';
import { Watch, WITHHELD_MS } from '../../../src/engine/rooms/watch.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { deviceId, hashId, type Position } from '../../../src/wire/ids.ts';
import { Desk } from '../../support/desk.ts';
import { ManualClock } from '../../support/manual-clock.ts';

beforeAll(sodiumReady);

const device = deviceId(new Uint8Array(32).fill(2));
const other = hashId(new Uint8Array(32).fill(9));

describe('what others name', () => {
  let desk: Desk;
  let clock: ManualClock;
  let raised: [string, AlarmCause][];
  let asked: number;
  let isCaughtUp: boolean;
  let watch: Watch;
  beforeEach(() => {
    desk = new Desk();
    clock = new ManualClock();
    raised = [];
    asked = 0;
    isCaughtUp = true;
    watch = new Watch({
      clock,
      held: desk.held,
      trust: { fail: () => undefined } as unknown as Trust,
      alarms: { raise: (...raise: [string, AlarmCause]) => raised.push(raise) } as unknown as Alarms,
      line: () =>
        ({
          get isCaughtUp() {
            return isCaughtUp;
          },
          reopen: () => asked++,
        }) as unknown as RelayLine,
    });
  });
  const head = (): Position => desk.held.reader.position;
  const hear = (named: Position, controlChain = desk.held.reader.controlChain): void =>
    watch.heard({ device, head: named, controlChain, record: new Uint8Array([named.seq]) });
  const grow = (): void => {
    desk.edit((doc) => doc.getText('title').insert(0, 'x'));
    desk.sendAll();
    watch.reached();
  };

  it('[WA1] fits: nothing is raised', () => {
    hear(head());
    grow();
    hear(head());
    expect(raised).toEqual([]);
  });

  it('[WA1] does not fit: another hash, or another control chain under the same', () => {
    hear({ seq: head().seq, hash: other });
    expect(raised).toMatchObject([['forked', { by: device }]]);
    hear(head(), other);
    expect(raised).toHaveLength(2);
  });

  it('[WA1] lies ahead: it is compared once the log has come to it', () => {
    hear({ seq: head().seq + 1, hash: other });
    expect(raised).toEqual([]);
    grow();
    expect(raised).toMatchObject([['forked', { by: device }]]);
    grow();
    expect(raised).toHaveLength(1);
  });

  it('[WA2] lies ahead and does not come: the relay is asked, and what it says counts', () => {
    hear({ seq: head().seq + 3, hash: other });
    clock.advance(WITHHELD_MS - 1);
    expect(asked).toBe(0);
    clock.advance(1);
    expect([asked, raised]).toEqual([1, []]);
    expect(watch.opened({ seq: head().seq + 5, hash: other })).toBe(true);
    expect(raised).toEqual([]);
    expect(watch.opened(head())).toBe(true);
    expect(raised).toMatchObject([['withheld', { by: device, relay: { said: 'head', head: head() } }]]);
  });

  it('[WA2] is waited for while something comes, and not asked for before the log was opened', () => {
    hear({ seq: head().seq + 9, hash: other });
    clock.advance(WITHHELD_MS - 1);
    grow();
    clock.advance(WITHHELD_MS - 1);
    expect(asked).toBe(0);
    clock.advance(1);
    isCaughtUp = false;
    grow();
    clock.advance(2 * WITHHELD_MS);
    expect(asked).toBe(0);
    isCaughtUp = true;
    watch.reached();
    clock.advance(WITHHELD_MS);
    expect(asked).toBe(1);
  });

  it('is remembered sixteen times at most, the furthest ones', () => {
    for (let ahead = 1; ahead <= 100; ahead++) hear({ seq: head().seq + ahead, hash: other });
    watch.opened(head());
    expect(raised.map(([, { record }]) => record?.[0])).toEqual(
      Array.from({ length: 16 }, (_, index) => head().seq + 85 + index),
    );
  });

  it('is waited for no more when the room is closed', () => {
    hear({ seq: head().seq + 1, hash: other });
    watch.stop();
    clock.advance(2 * WITHHELD_MS);
    expect(asked).toBe(0);
  });
});
