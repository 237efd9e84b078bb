/**
 * Strict reading and writing of binary layouts. Fixed-width integers are big-endian, so a value has exactly one
 * encoding and what is signed cannot be spelled in two ways. Reading past the end, or leaving bytes unread, is an error.
 */
import * as decoding from 'lib0/decoding';
import type { Reason } from './refusals.ts';

/** Bytes that do not follow the layout. `reason` is what the other side is told. */
export class WireError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason, detail: string) {
    super(`${reason}: ${detail}`);
    this.name = 'WireError';
    this.reason = reason;
  }
}

const TWO_32 = 2 ** 32;

/** Most of what is written fits. What grew beyond `MAX_SPARE_BYTES` is not kept. */
const FIRST_BYTES = 1_024;
const MAX_SPARE_BYTES = 64 * 1_024;
/** Room to write in, handed from one writer to the next: a record takes a dozen writers, and small arrays cost most. */
let spare: Uint8Array | null = null;

/** A writer is spent once its bytes were taken. */
export class ByteWriter {
  #bytes: Uint8Array | null;
  #length = 0;

  constructor() {
    this.#bytes = spare ?? new Uint8Array(FIRST_BYTES);
    spare = null;
  }

  u8(value: number): this {
    this.#room(1)[this.#length++] = value;
    return this;
  }
  u16(value: number): this {
    return this.u8(value >>> 8).u8(value);
  }
  u32(value: number): this {
    const bytes = this.#room(4);
    bytes[this.#length++] = value >>> 24;
    bytes[this.#length++] = value >>> 16;
    bytes[this.#length++] = value >>> 8;
    bytes[this.#length++] = value;
    return this;
  }
  /** An unsigned integer up to `Number.MAX_SAFE_INTEGER`, in 8 bytes. */
  u64(value: number): this {
    return this.u32(Math.floor(value / TWO_32)).u32(value % TWO_32);
  }
  /** lib0's variable-length integer: seven bits a byte, the lowest first. Only where nothing is signed. */
  varUint(value: number): this {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.u8(128 + (rest % 128));
    return this.u8(rest);
  }
  /** Bytes whose length the layout fixes. */
  raw(bytes: Uint8Array): this {
    this.#room(bytes.length).set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }
  /** Length (4 bytes), then the bytes. */
  block(bytes: Uint8Array): this {
    return this.u32(bytes.length).raw(bytes);
  }
  text(value: string): this {
    return this.block(textEncoder.encode(value));
  }
  bytes(): Uint8Array {
    const bytes = this.#room(0);
    this.#bytes = null;
    if (bytes.length <= MAX_SPARE_BYTES) spare = bytes;
    return bytes.slice(0, this.#length);
  }

  /** What has been written, with room for `more` bytes. */
  #room(more: number): Uint8Array {
    const bytes = this.#bytes;
    if (!bytes) throw new Error('the bytes of this writer were taken');
    const needed = this.#length + more;
    if (needed <= bytes.length) return bytes;
    const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
    larger.set(bytes);
    this.#bytes = larger;
    return larger;
  }
}

export class ByteReader {
  readonly #decoder: decoding.Decoder;
  constructor(bytes: Uint8Array) {
    this.#decoder = decoding.createDecoder(bytes);
  }

  get remaining(): number {
    return this.#decoder.arr.length - this.#decoder.pos;
  }
  u8(): number {
    this.#need(1);
    return decoding.readUint8(this.#decoder);
  }
  u16(): number {
    return this.u8() * 256 + this.u8();
  }
  u32(): number {
    this.#need(4);
    return decoding.readUint32BigEndian(this.#decoder);
  }
  u64(): number {
    const value = this.u32() * TWO_32 + this.u32();
    if (!Number.isSafeInteger(value)) throw new WireError('malformed', 'integer out of range');
    return value;
  }
  varUint(): number {
    let value: number;
    try {
      value = decoding.readVarUint(this.#decoder);
    } catch {
      throw new WireError('malformed', 'variable-length integer');
    }
    if (!Number.isSafeInteger(value)) throw new WireError('malformed', 'integer out of range');
    return value;
  }
  /** A view, not a copy: valid as long as the input is not overwritten. */
  raw(length: number): Uint8Array {
    this.#need(length);
    return decoding.readUint8Array(this.#decoder, length);
  }
  block(limit: number): Uint8Array {
    const length = this.u32();
    if (length > limit) throw new WireError('too-large', `block of ${length} bytes, limit ${limit}`);
    return this.raw(length);
  }
  text(limit: number): string {
    try {
      return textDecoder.decode(this.block(limit));
    } catch (error) {
      if (error instanceof WireError) throw error;
      throw new WireError('malformed', 'text is not UTF-8');
    }
  }
  rest(): Uint8Array {
    return this.raw(this.remaining);
  }
  end(): void {
    if (this.remaining !== 0) throw new WireError('malformed', `${this.remaining} bytes too many`);
  }
  #need(length: number): void {
    if (this.remaining < length) throw new WireError('malformed', 'too short');
  }
}

const textEncoder = new TextEncoder();
const textDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const utf8 = (value: string): Uint8Array => textEncoder.encode(value);

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    out.set(part, offset);
    offset += part.length;
  }
  return out;
}

/** Compares public values (not secrets: it returns at the first difference). */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A domain label in front of bytes that are hashed or signed; the zero byte keeps labels prefix-free. */
export const labelled = (label: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  concatBytes(labelBytes(label), ...parts);

/** Labels are few and constant; every record needs several. */
const bytesByLabel = new Map<string, Uint8Array>();
function labelBytes(label: string): Uint8Array {
  let bytes = bytesByLabel.get(label);
  if (!bytes) {
    bytes = utf8(`sealroom/1/${label}\0`);
    bytesByLabel.set(label, bytes);
  }
  return bytes;
}
