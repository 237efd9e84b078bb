/** Base64url without padding (RFC 4648, section 5). Of our own because lib0's asks for Node's Buffer in workers. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const CODES = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0));
/** By character code; NONE for all others. Ids are read and written for every record: a map is several times slower. */
const NONE = 255;
const SEXTETS = new Uint8Array(128).fill(NONE);
for (const [value, code] of CODES.entries()) SEXTETS[code] = value;
/** Of ASCII. In one piece: text that grows by characters stays a tree of them in memory, and takes twice as long. */
const ASCII = new TextDecoder();

export function toBase64Url(bytes: Uint8Array): string {
  const codes = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  const code = (sextet: number): number => CODES[sextet & 63] ?? 0;
  for (let i = 0, at = 0; i < bytes.length; i += 3) {
    const triple = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    // What lies beyond the end is not written: an array of bytes has a fixed length.
    codes[at++] = code(triple >>> 18);
    codes[at++] = code(triple >>> 12);
    codes[at++] = code(triple >>> 6);
    codes[at++] = code(triple);
  }
  return ASCII.decode(codes);
}

/** The bytes, or undefined if the text is not the one encoding of any bytes. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const sextet = SEXTETS[text.charCodeAt(i)] ?? NONE;
    if (sextet === NONE) return undefined;
    bits = ((bits & 0x3ff) << 6) | sextet;
    count += 6;
    if (count >= 8) {
      count -= 8;
      bytes[at++] = (bits >>> count) & 0xff;
    }
  }
  // Bits beyond the last byte must be zero, else two texts would mean the same.
  return (bits & ((1 << count) - 1)) === 0 ? bytes : undefined;
}
