/**
 * The layouts of docs/protocol.md, written down a second time. Nothing here or beside it imports the product: the
 * vectors are what another implementation says, and the product's code is held against them.
 */
export const cat = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

export const u8 = (value: number): Uint8Array => Uint8Array.of(value);
export const u16 = (value: number): Uint8Array => filled(2, (view) => view.setUint16(0, value));
export const u32 = (value: number): Uint8Array => filled(4, (view) => view.setUint32(0, value));
export const u64 = (value: number | bigint): Uint8Array => filled(8, (view) => view.setBigUint64(0, BigInt(value)));

function filled(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  write(new DataView(bytes.buffer));
  return bytes;
}

/** [EN1] */
export const block = (bytes: Uint8Array): Uint8Array => cat(u32(bytes.length), bytes);
export const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
export const text = (value: string): Uint8Array => block(utf8(value));

/** lib0's: seven bits a byte, lowest first, the eighth says that more follow. */
export function varUint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Uint8Array.from([...bytes, Number(rest)]);
}

/** [EN3] */
export const labelled = (label: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  cat(utf8(`sealroom/1/${label}`), u8(0), ...parts);

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const base64url = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
export const zeros = (length: number): Uint8Array => new Uint8Array(length);

export const ascending = <T>(items: readonly T[], key: (item: T) => Uint8Array): T[] =>
  [...items].sort((a, b) => Buffer.compare(key(a), key(b)));

/** A copy with one byte changed; `at` counts from the end when negative. */
export function flip(bytes: Uint8Array, at: number, mask = 1): Uint8Array {
  const copy = bytes.slice();
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ mask;
  return copy;
}

/** A copy with other bytes at `at`. */
export function patch(bytes: Uint8Array, at: number, value: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.set(value, at);
  return copy;
}

/** Whatever is structured in a vector: bytes as hex, everything else as it is. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
