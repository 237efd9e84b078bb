/**
 * A hostile directory: what it answers to whoever asks for prekeys. It can keep back, mix up and make things up; it cannot sign for a
 * device. A device that follows no rule may help it.
 */
import { makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { decodeClientMessage } from '../../../../src/wire/client-frames.ts';
import { type DeviceId, idBytes } from '../../../../src/wire/ids.ts';
import { decodePrekey, encodePrekey } from '../../../../src/wire/prekey.ts';
import { decodeRelayMessage, encodeRelayFrame, type RelayFrame } from '../../../../src/wire/relay-frames.ts';
import type { SeededRandom } from '../seeded-random.ts';

type Answer = Extract<RelayFrame, { type: 'prekeys' }>;

/** All prekeys that were ever offered, by device, and what devices have signed for the relay's sake. */
export class Offered {
  readonly #byDevice = new Map<DeviceId, Uint8Array[]>();
  readonly contradictory = new Map<DeviceId, Uint8Array>();

  /** Sees what devices send. */
  see(message: Uint8Array): void {
    for (const frame of decodeClientMessage(message))
      if (frame.type === 'offer') {
        const { device } = decodePrekey(frame.prekey).prekey;
        this.#byDevice.set(device, [...(this.#byDevice.get(device) ?? []), frame.prekey.slice()]);
      }
  }
  get all(): readonly Uint8Array[] {
    return [...this.#byDevice.values()].flatMap((offered) => offered.slice(-1));
  }
  first(device: DeviceId): Uint8Array | undefined {
    return this.#byDevice.get(device)?.[0];
  }
}

const deviceOf = (signed: Uint8Array): DeviceId => decodePrekey(signed).prekey.device;

/** A key of the relay's under a device's name. */
function forged(signed: Uint8Array, random: SeededRandom): Uint8Array {
  const { prekey } = decodePrekey(signed);
  const { prekey: own } = makeIdentity(random, 0);
  const unsigned = encodePrekey({ ...prekey, id: prekey.id + 1, kemKey: own.publicKey });
  return new Uint8Array([...unsigned, ...random.bytes(64)]);
}

/** In the place of an answer. Null: nothing can be done to this one. */
type Trick = (prekeys: readonly Uint8Array[], random: SeededRandom, offered: Offered) => readonly Uint8Array[] | null;

const TRICKS = {
  'others’ prekeys': (prekeys, random, { all }) =>
    all.length === 0 ? null : prekeys.map((signed) => (random.chance(0.6) ? random.pick(all) : signed)),
  'prekeys of ghosts': (prekeys, random) => [...prekeys, makeIdentity(random, 0).signedPrekey],
  'stale prekeys': (prekeys, _, offered) => {
    const old = prekeys.map((signed) => offered.first(deviceOf(signed)) ?? signed);
    return old.every((signed, i) => signed === prekeys[i]) ? null : old;
  },
  'keys of its own': (prekeys, random) =>
    prekeys.length === 0 ? null : prekeys.map((signed) => (random.chance(0.7) ? forged(signed, random) : signed)),
  'contradictory prekeys': (prekeys, _, { contradictory }) =>
    prekeys.some((signed) => contradictory.has(deviceOf(signed)))
      ? prekeys.map((signed) => contradictory.get(deviceOf(signed)) ?? signed)
      : null,
  none: (prekeys) => (prekeys.length === 0 ? null : []),
} satisfies Record<string, Trick>;
const LATE = 'a late answer';

export const DIRECTORY_TRICKS: readonly string[] = [...Object.keys(TRICKS), LATE];

/** Changes what one device is answered. `rate`: how often. `onTricked`: was done now, to so many prekeys. */
export function tamperAnswers(
  random: SeededRandom,
  rate: number,
  offered: Offered,
  onTricked: (trick: string) => void,
): (message: Uint8Array) => readonly Uint8Array[] {
  const late: Uint8Array[] = [];
  const change = (answer: Answer): readonly Uint8Array[] => {
    const name = random.pick(DIRECTORY_TRICKS);
    if (name === LATE) {
      late.push(encodeRelayFrame(answer));
      onTricked(name);
      return [];
    }
    const tricked = (TRICKS[name as keyof typeof TRICKS] as Trick)(answer.prekeys, random, offered);
    if (tricked) onTricked(name);
    return [encodeRelayFrame({ ...answer, prekeys: sorted(tricked ?? answer.prekeys) })];
  };
  return (message) => {
    const frames = decodeRelayMessage(message);
    if (!frames.some(({ type }) => type === 'prekeys'))
      return [message, ...(random.chance(0.05) ? late.splice(0) : [])];
    return frames.flatMap((frame) =>
      frame.type === 'prekeys' && random.chance(rate) ? change(frame) : [encodeRelayFrame(frame)],
    );
  };
}

/** As a relay would send them: the order is not what is at fault. */
const sorted = (prekeys: readonly Uint8Array[]): Uint8Array[] =>
  [...prekeys].sort((a, b) => Buffer.compare(idBytes(deviceOf(a)), idBytes(deviceOf(b))));
