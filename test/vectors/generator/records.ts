/** Records: header, sealing, signature, hash; the chains over them. */
import { cat, hex, type Json, u8, u32, u64, zeros } from './layout.ts';
import { derive, hash, type Signer, seal } from './primitives.ts';

export const KINDS = ['epoch', 'update', 'snapshot', 'notice', 'signal'] as const;
export const CLASSES = ['none', 'content', 'comments'] as const;
export type Kind = (typeof KINDS)[number];
export type Position = { readonly seq: number | bigint; readonly hash: Uint8Array };
export const START: Position = { seq: 0, hash: zeros(32) };

export type Header = {
  readonly kind: Kind;
  readonly class: (typeof CLASSES)[number];
  readonly segment: number;
  readonly room: Uint8Array;
  readonly epoch: number;
  readonly sender: Uint8Array;
  readonly counter: number | bigint;
  readonly head: Position;
  readonly units: number;
  readonly cover: Position | null;
};
export type EpochKey = { readonly epoch: number; readonly coreHash: Uint8Array; readonly secret: Uint8Array };

export const position = ({ seq, hash: at }: Position): Uint8Array => cat(u64(seq), at);

export const encodeHeader = (header: Header): Uint8Array =>
  cat(
    u8(1),
    u8(KINDS.indexOf(header.kind) + 1),
    u8(CLASSES.indexOf(header.class)),
    u32(header.segment),
    header.room,
    u32(header.epoch),
    header.sender,
    u64(header.counter),
    position(header.head),
    u32(header.units),
    header.cover ? position(header.cover) : zeros(0),
  );

/** Where the fields of a header begin. */
export const AT = { version: 0, kind: 1, class: 2, segment: 3, room: 7, epoch: 39, sender: 43, counter: 75, head: 83 };

export const signed = (kind: Kind, unsigned: Uint8Array, by: Signer): Uint8Array =>
  cat(unsigned, by.sign(`record/${kind}`, unsigned));

export const clearRecord = (header: Header, body: Uint8Array, by: Signer): Uint8Array =>
  signed(header.kind, cat(encodeHeader(header), body), by);

/** [RE3] */
export const recordKey = (key: EpochKey, header: Header): Uint8Array =>
  derive(
    key.secret,
    'record-key',
    key.coreHash,
    u8(CLASSES.indexOf(header.class)),
    u32(header.segment),
    u8(KINDS.indexOf(header.kind)),
    header.sender,
  );

/** [RE4] By integer arithmetic, not by logarithms. */
export function paddedLength(length: number): number {
  if (length <= 256) return 256;
  const exponent = 31 - Math.clz32(length);
  const kept = 32 - Math.clz32(exponent);
  const mask = 2 ** (exponent - kept) - 1;
  return (length + mask) & ~mask;
}

export function pad(plain: Uint8Array): Uint8Array {
  const content = cat(u32(plain.length), plain);
  return cat(content, zeros(paddedLength(content.length) - content.length));
}

export function sealedParts(key: EpochKey, header: Header, nonce: Uint8Array, padded: Uint8Array, by: Signer) {
  const headerBytes = encodeHeader(header);
  const ciphertext = seal(recordKey(key, header), nonce, headerBytes, padded);
  return { headerBytes, ciphertext, record: signed(header.kind, cat(headerBytes, nonce, ciphertext), by) };
}
export const sealedRecord = (
  key: EpochKey,
  header: Header,
  nonce: Uint8Array,
  plain: Uint8Array,
  by: Signer,
): Uint8Array => sealedParts(key, header, nonce, pad(plain), by).record;

/** [CH1] */
export const recordHash = (record: Uint8Array): Uint8Array => hash('record-hash', record);
/** [CH2] */
export function chainAfter(before: Position, record: Uint8Array): Position {
  const seq = Number(before.seq) + 1;
  return { seq, hash: hash('chain', before.hash, u64(seq), record) };
}
/** [CH3] */
export const controlChainAfter = (before: Uint8Array, seq: number, record: Uint8Array): Uint8Array =>
  hash('control-chain', before, u64(seq), record);

export const positionJson = ({ seq, hash: at }: Position): Json => ({ seq: Number(seq), hash: hex(at) });
export const headerJson = (header: Header): Json => ({
  kind: header.kind,
  stream: { class: header.class, segment: header.segment },
  room: hex(header.room),
  epoch: header.epoch,
  sender: hex(header.sender),
  counter: Number(header.counter),
  head: positionJson(header.head),
  units: header.units,
  cover: header.cover && positionJson(header.cover),
});
