/**
 * The recovery code: 27 random characters of 5 bits and one that checks them, in groups of four. The alphabet is Crockford's
 * base 32: no I, L, O, U; on reading, what looks alike counts as alike.
 */
import { utf8 } from '../../wire/bytes.ts';
import type { Random } from '../ports.ts';
import { blake2b } from '../seal/sodium.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const RANDOM_CHARACTERS = 27;
const GROUP = 4;

/** 135 random bits, as shown: `XXXX-XXXX-…`. */
export function makeRecoveryCode(random: Random): string {
  const characters = [...random.bytes(RANDOM_CHARACTERS)].map((byte) => ALPHABET[byte & 31] ?? '').join('');
  return grouped(characters + checkOf(characters));
}

/** What OPAQUE is given. Undefined: a character is missing, or mistyped. */
export function parseRecoveryCode(typed: string): string | undefined {
  const text = typed.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  const characters = text.slice(0, RANDOM_CHARACTERS);
  const isWhole = text.length === RANDOM_CHARACTERS + 1 && [...text].every((character) => ALPHABET.includes(character));
  return isWhole && text.at(-1) === checkOf(characters) ? text : undefined;
}

const checkOf = (characters: string): string => ALPHABET[(blake2b(utf8(characters))[0] ?? 0) & 31] ?? '';

const grouped = (text: string): string => text.match(new RegExp(`.{1,${GROUP}}`, 'g'))?.join('-') ?? '';
