import { describe, expect, it } from 'vitest';
import { makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { Prekeys } from '../../../src/engine/epochs/prekeys.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { type DeviceId, deviceId } from '../../../src/wire/ids.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const [ONE, TWO] = [1, 2].map((byte) => deviceId(new Uint8Array(32).fill(byte))) as [DeviceId, DeviceId];

const unnamed = (): number => 0;

describe('prekeys for the next epoch', () => {
  const setUp = () => {
    const asked: (readonly DeviceId[])[] = [];
    let answer: () => void = () => expect.fail('nothing was asked');
    const prekeys = new Prekeys({
      clock: new ManualClock(),
      home: () => undefined,
      ask: (devices) => {
        asked.push(devices);
        return new Promise((resolve) => {
          answer = () => resolve(new Map());
        });
      },
    });
    return { prekeys, asked, answer: () => answer() };
  };

  it('are asked for once, and all who wait hear of the answer, also those who asked second', async () => {
    const { prekeys, asked, answer } = setUp();
    const heard: string[] = [];
    const [first, second] = [() => void heard.push('first'), () => void heard.push('second')];
    expect(prekeys.isFresh([ONE, TWO], unnamed, first)).toBe(false);
    expect(prekeys.isFresh([ONE], unnamed, second)).toBe(false);
    expect(prekeys.isFresh([ONE, TWO], unnamed, first)).toBe(false);
    expect(asked).toEqual([[ONE, TWO]]);
    answer();
    await expect.poll(() => heard).toEqual(['first', 'second']);
    expect(prekeys.isFresh([ONE, TWO], unnamed, first)).toBe(true);
    expect(heard).toEqual(['first', 'second']);
  });

  it('are asked for again where the room has seen a newer one: an older one would leave its device out', async () => {
    const { prekeys, asked, answer } = setUp();
    let heard = 0;
    const onFresh = (): void => void heard++;
    prekeys.isFresh([ONE], unnamed, onFresh);
    answer();
    await expect.poll(() => heard).toBe(1);
    const named = (id: number) => (): number => id;
    expect(prekeys.isFresh([ONE], named(2), onFresh)).toBe(false);
    answer();
    await expect.poll(() => heard).toBe(2);
    // The directory does not have it.
    expect(prekeys.isFresh([ONE], named(2), onFresh)).toBe(true);
    expect(prekeys.isFresh([ONE], named(3), onFresh)).toBe(false);
    expect(asked).toHaveLength(3);
  });

  it('of the home are judged by what it has now, however often it changes', async () => {
    await sodiumReady();
    const [alice, mallory] = [makeIdentity(nodeRandom, 0), makeIdentity(nodeRandom, 0)];
    const forged = alice.signedPrekey.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    let home: Uint8Array | undefined;
    const prekeys = new Prekeys({ clock: new ManualClock(), home: () => home, ask: () => expect.fail() });
    for (const [signed, id] of [
      [alice.signedPrekey, 1],
      [forged, undefined],
      [alice.signedPrekey.slice(), 1],
      [mallory.signedPrekey, undefined],
      [undefined, undefined],
      [alice.signedPrekey, 1],
    ] as const) {
      home = signed;
      for (let again = 0; again < 2; again++) expect(prekeys.of(alice.device)?.id).toBe(id);
    }
  });

  it('need not be asked for where there is nobody else', () => {
    const { prekeys, asked } = setUp();
    expect(prekeys.isFresh([], unnamed, () => expect.fail())).toBe(true);
    expect(asked).toEqual([]);
  });
});
