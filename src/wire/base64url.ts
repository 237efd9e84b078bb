/** Base64url without padding (RFC 4648, section 5). Of our own because lib0's asks for Node's Buffer in workers. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const sextetOf = new Map([...ALPHABET].map((character, value) => [character.charCodeAt(0), value]));

export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const triple = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    text += ALPHABET.charAt(triple >>> 18) + ALPHABET.charAt((triple >>> 12) & 63);
    if (left > 1) text += ALPHABET.charAt((triple >>> 6) & 63);
    if (left > 2) text += ALPHABET.charAt(triple & 63);
  }
  return text;
}

/** The bytes, or undefined if the text is not the one encoding of any bytes. */
export function fromBase64Url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined;
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let bits = 0;
  let count = 0;
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    const sextet = sextetOf.get(text.charCodeAt(i));
    if (sextet === undefined) return undefined;
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
