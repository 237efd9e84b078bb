/** A row of signed-things.ts: how something that is signed comes to be, and how client and server judge it. */
import { type SigningKey, sign, verify } from '../../../src/engine/seal/sodium.ts';
import { WireError } from '../../../src/wire/bytes.ts';
import type { Proof } from '../../../src/wire/proof.ts';
import { createInlineVerifier } from '../../../sync-server/relay/verifier.ts';
import type { Context, Field } from './context.ts';

export type SignedThing = {
  readonly name: string;
  readonly label: string;
  /** What it is bound to: made in one of these, it counts in no other. */
  readonly binds: readonly Field[];
  /** Of room, epoch, stream, sender: what it is not bound to, and why that is right. */
  readonly free: Readonly<Partial<Record<'room' | 'epoch' | 'stream' | 'sender', string>>>;
  readonly key: (c: Context) => SigningKey;
  /** What the label stands before. */
  readonly payload: (c: Context) => Uint8Array;
  /** What is signed over a payload, as the product puts it; undefined where nothing of the kind has this payload. */
  readonly over: (payload: Uint8Array) => Uint8Array | undefined;
  /** By the client's build and by the server's. All that surrounds the signature is right for the context. */
  readonly client: (signature: Uint8Array, c: Context) => boolean;
  readonly server: (signature: Uint8Array, c: Context) => Promise<boolean>;
};

/** The server's. */
export const verifier = createInlineVerifier();
type Proofs = (signature: Uint8Array, c: Context) => readonly Proof[];

/** The client and the server of things of which both check the proofs that a decoder returns. */
export function byProofs(proofs: Proofs): Pick<SignedThing, 'client' | 'server'> {
  const read: Proofs = (signature, c) => {
    try {
      return proofs(signature, c);
    } catch (error) {
      if (error instanceof WireError) return [];
      throw error;
    }
  };
  return {
    client: (signature, c) => {
      const found = read(signature, c);
      return found.length > 0 && found.every(verify);
    },
    server: async (signature, c) => {
      const found = read(signature, c);
      return found.length > 0 && verifier.verify(found);
    },
  };
}

export const signatureOf = (thing: SignedThing, c: Context): Uint8Array => {
  const message = thing.over(thing.payload(c));
  if (!message) throw new Error(`${thing.name} cannot be made`);
  return sign(message, thing.key(c));
};
