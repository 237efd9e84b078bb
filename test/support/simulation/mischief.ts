/** A relay that cheats one device: what it sends is dropped, repeated, reordered, or tells of another log. */

import { hashId } from '../../../src/wire/ids.ts';
import { decodeRelayMessage, encodeRelayFrame, type RelayFrame } from '../../../src/wire/relay-frames.ts';
import { hold } from './invariants.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { Simulation } from './simulation.ts';

export type Tamper = (frame: RelayFrame) => readonly RelayFrame[];

const OTHER_HASH = hashId(new Uint8Array(32).fill(7));

/** Once: the cheating begins and ends with the first frame that it can be done to. */
export function once(isFit: (frame: RelayFrame) => boolean, change: Tamper): Tamper {
  let done = false;
  return (frame) => {
    if (done || !isFit(frame)) return [frame];
    done = true;
    return change(frame);
  };
}

export const isEntry = (frame: RelayFrame): boolean => frame.type === 'entry';

function swap(): Tamper {
  let kept: RelayFrame | null = null;
  return (frame) => {
    if (frame.type !== 'entry') return [frame];
    if (!kept) {
      kept = frame;
      return [];
    }
    return [frame, kept];
  };
}

export const MISCHIEF = ['dropped', 'replayed', 'reordered', 'altered', 'rolled back', 'forked'] as const;
export type Mischief = (typeof MISCHIEF)[number];

/** Those that show only when the device opens the room anew. */
export const showsAtOpening = (mischief: Mischief): boolean => mischief === 'rolled back' || mischief === 'forked';

function tamperOf(mischief: Mischief): Tamper {
  switch (mischief) {
    case 'dropped':
      return once(isEntry, () => []);
    case 'replayed':
      return once(isEntry, (frame) => [frame, frame]);
    case 'reordered':
      return swap();
    case 'altered':
      return once(isEntry, (frame) => {
        if (frame.type !== 'entry') return [frame];
        const record = frame.record.slice();
        record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
        return [{ ...frame, record }];
      });
    case 'rolled back':
      return (frame) => {
        const old = { seq: 1, hash: OTHER_HASH };
        return frame.type === 'opened' ? [{ ...frame, head: old, base: old }] : [frame];
      };
    case 'forked':
      return (frame) =>
        frame.type === 'opened' ? [{ ...frame, head: { seq: frame.head.seq, hash: OTHER_HASH } }] : [frame];
  }
}

export type Cheating = {
  readonly onDown: (message: Uint8Array) => Uint8Array[];
  /** When the device was first sent something that shows it. */
  readonly shownAt: () => number | null;
};

/** `now`: milliseconds. `isSeenAtOnce`: by the first frame that is not as it was; else by the one behind it. `shows`: what can be seen by. */
export function cheatWith(tamper: Tamper, now: () => number, isSeenAtOnce = true, shows = isEntry): Cheating {
  let [hasBegun, shownAt]: [boolean, number | null] = [false, null];
  return {
    onDown: (message) =>
      decodeRelayMessage(message).flatMap((frame) => {
        const sent = tamper(frame);
        const isChanged = sent.length !== 1 || sent[0] !== frame;
        if ((hasBegun || (isChanged && isSeenAtOnce)) && sent.some(shows)) shownAt ??= now();
        hasBegun ||= isChanged;
        return sent.map(encodeRelayFrame);
      }),
    shownAt: () => shownAt,
  };
}

export function cheat(random: SeededRandom, now: () => number): Cheating & { readonly mischief: Mischief } {
  const mischief = random.pick(MISCHIEF);
  return { mischief, ...cheatWith(tamperOf(mischief), now) };
}

/** How soon a device notices what it has been shown. Milliseconds. */
const NOTICED_WITHIN_MS = 5_000;

/** `shownAt`: null where it shows only when a room is opened. @throws InvariantBroken */
export function checkInTime({ noticedAt, chronicle }: Simulation, shownAt: number | null, what: string): void {
  if (shownAt === null || noticedAt === null) return;
  hold('gap-noticed-in-time', noticedAt - shownAt <= NOTICED_WITHIN_MS, () => `${noticedAt - shownAt} ms: ${what}`);
  chronicle.count('noticed within 5 s');
}
