/**
 * Whatever is signed or sealed counts as what it is, where it was made, and nowhere else: each ordered pair of things and of
 * contexts, through the functions that client and server judge by.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { sign, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { BASE, contextsOf } from '../../support/separation/context.ts';
import { SEALED } from '../../support/separation/sealed-things.ts';
import { signatureOf } from '../../support/separation/signed-thing.ts';
import { SIGNED } from '../../support/separation/signed-things.ts';

beforeAll(sodiumReady);

describe('what is signed', () => {
  it.each(SIGNED)('$name counts where it was made, and in no other context', async (thing) => {
    const contexts = contextsOf(thing.binds);
    for (const [madeIn, made] of contexts) {
      const signature = signatureOf(thing, made);
      for (const [takenIn, taken] of contexts) {
        const verdicts = [thing.client(signature, taken), await thing.server(signature, taken)];
        const counts = made === taken;
        expect(verdicts, `${thing.name}, ${madeIn}, taken ${takenIn}`).toEqual([counts, counts]);
      }
    }
  });

  it.each(SIGNED)('nothing else counts as $name, though the same key signed the same bytes', async (thing) => {
    const payload = thing.payload(BASE);
    let tried = 0;
    for (const other of SIGNED) {
      if (other === thing) continue;
      // Over its own bytes, and over those that stand here, where it can be over them.
      const messages = [other.over(other.payload(BASE)), other.over(payload), payload];
      for (const message of messages) {
        if (!message) continue;
        tried++;
        const signature = sign(message, thing.key(BASE));
        const verdicts = [thing.client(signature, BASE), await thing.server(signature, BASE)];
        expect(verdicts, `${other.name} as ${thing.name}`).toEqual([false, false]);
      }
    }
    expect(tried).toBeGreaterThan(2 * SIGNED.length);
  });
});

describe('what is sealed', () => {
  it.each(SEALED)('$name opens where it was made, and in no other context', (thing) => {
    const contexts = contextsOf(thing.binds);
    for (const [madeIn, made] of contexts) {
      const bytes = thing.seal(made);
      for (const [takenIn, taken] of contexts)
        expect(thing.opens(bytes, taken), `${thing.name}, ${madeIn}, taken ${takenIn}`).toBe(made === taken);
    }
  });

  it.each(SEALED)('nothing else opens as $name, though one secret is behind both', (thing) => {
    expect(thing.opens(thing.seal(BASE), BASE)).toBe(true);
    for (const other of SEALED) {
      if (other === thing) continue;
      const inner = other.inner(other.seal(BASE));
      expect(thing.opens(thing.around(inner), BASE), `${other.name} as ${thing.name}`).toBe(false);
    }
  });
});

it.each([...SIGNED, ...SEALED])('$name is bound to room, epoch, stream and sender, or it says why not', (thing) => {
  const fields = ['room', 'epoch', 'stream', 'sender'] as const;
  for (const field of fields) expect(thing.binds.includes(field), field).toBe(thing.free[field] === undefined);
});
