/** The hash chain over a room's log [CH1]–[CH3]. Both ends hash with BLAKE2b-256 and hand the function in. */
import { ByteWriter, labelled } from './bytes.ts';
import { type Hash, hashId, idBytes, type Position } from './ids.ts';

/** BLAKE2b with 32 bytes of output, unkeyed. */
export type Blake2b256 = (bytes: Uint8Array) => Uint8Array;

/** [CH1] Over the whole record with its signature; an epoch's wraps are outside, their hashes inside. */
export const recordHash = (hash: Blake2b256, record: Uint8Array): Hash => hashId(hash(labelled('record-hash', record)));

/** [CH2] chain(n) = H(chain(n−1), n, record hash): a dropped body leaves its hash, so the chain stays checkable. */
export function chainAfter(hash: Blake2b256, before: Position, record: Hash): Position {
  const seq = before.seq + 1;
  const input = new ByteWriter().raw(idBytes(before.hash)).u64(seq).raw(idBytes(record)).bytes();
  return { seq, hash: hashId(hash(labelled('chain', input))) };
}

/** [CH3] The same over control records alone, with their positions: a snapshot names it, so none can be withheld. */
export function controlChainAfter(hash: Blake2b256, before: Hash, seq: number, record: Hash): Hash {
  const input = new ByteWriter().raw(idBytes(before)).u64(seq).raw(idBytes(record)).bytes();
  return hashId(hash(labelled('control-chain', input)));
}
