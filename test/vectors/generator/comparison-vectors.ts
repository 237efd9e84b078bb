/** Vectors of what people compare and write down: safety numbers and recovery codes. */
import sodium from 'sodium-native';
import { base64url, cat, hex, type Json, zeros } from './layout.ts';
import { alice, bob, dora } from './people.ts';
import { fixed, hash } from './primitives.ts';

const pairOf = (a: Uint8Array, b: Uint8Array): Uint8Array[] => [a, b].sort(Buffer.compare);
function digitsOf(a: Uint8Array, b: Uint8Array): string {
  const bytes = cat(...['1', '2'].map((half) => hash(`safety-number/${half}`, ...pairOf(a, b))));
  return Array.from({ length: 12 }, (_, i) => {
    const value = BigInt(`0x${hex(bytes.slice(5 * i, 5 * i + 5))}`);
    return (value % 100000n).toString().padStart(5, '0');
  }).join(' ');
}
const safetyVector = (name: string, a: Uint8Array, b: Uint8Array): Json => ({
  name,
  principals: [hex(a), hex(b)],
  digits: digitsOf(a, b),
  code: `sealroom-safety:1:${base64url(hash('safety-code', ...pairOf(a, b)))}`,
});

export const safetyNumbers = {
  about:
    'Of two identity keys, in whatever order: twelve groups of five digits, each 5 bytes (big-endian) modulo 100,000, and what the QR code says.',
  valid: [
    safetyVector('two people', alice.identity.key, bob.identity.key),
    safetyVector('two others', dora.identity.key, alice.identity.key),
    safetyVector('keys that no curve has', zeros(32), fixed('no key')),
  ],
  hostile: [],
};

const BASE_32 = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const checkOf = (characters: string): string => {
  const out = Buffer.alloc(32);
  sodium.crypto_generichash(out, Buffer.from(characters, 'ascii'));
  return BASE_32.charAt((out[0] ?? 0) % 32);
};
function codeOf(random: Uint8Array): string {
  const characters = Array.from(random, (byte) => BASE_32.charAt(byte % 32)).join('');
  return characters + checkOf(characters);
}
const groups = (code: string): string => code.match(/.{4}/g)?.join('-') ?? '';
const codes = ['a', 'b', 'c', 'd'].map((name) => fixed(`recovery code ${name}`, 27));
const code = codeOf(codes[0] as Uint8Array);
const replaced = (at: number): string => {
  const next = BASE_32.charAt((BASE_32.indexOf(code.charAt(at)) + 1) % 32);
  return code.slice(0, at) + next + code.slice(at + 1);
};
/** One in 32 of the changes at a place keeps the check right; these do not. */
const mistyped = Array.from({ length: 28 }, (_, at) => replaced(at)).filter(
  (typed) => checkOf(typed.slice(0, 27)) !== typed.slice(27),
);
const confusable = codeOf(Uint8Array.from({ length: 27 }, (_, at) => at % 2));

export const recoveryCodes = {
  about:
    '27 characters of Crockford’s base 32, each from the low five bits of a random byte, and one that checks them: the low five bits of the first byte of their plain BLAKE2b-256, without a label. `typed`: what is read as the code, too.',
  valid: codes.map((random, i): Json => {
    const made = codeOf(random);
    return {
      name: `code ${i + 1}`,
      random: hex(random),
      shown: groups(made),
      code: made,
      typed: [made, made.toLowerCase(), ` ${groups(made).replaceAll('-', ' ')}\n`],
    };
  }),
  confusable: {
    code: confusable,
    typed: ['O', 'o'].flatMap((zero) =>
      ['I', 'i', 'L', 'l'].map((one) => confusable.replaceAll('0', zero).replaceAll('1', one)),
    ),
  },
  hostile: [
    ...mistyped.map((typed, at) => ({ name: `a character mistyped (${at + 1})`, typed })),
    { name: 'a character missing', typed: code.slice(1) },
    { name: 'a character too many', typed: `${code}0` },
    { name: 'no check character', typed: code.slice(0, -1) },
    { name: 'empty', typed: '' },
    { name: 'a letter that the alphabet lacks', typed: `U${code.slice(1)}` },
    { name: 'something else', typed: 'correct horse battery staple' },
  ],
};
