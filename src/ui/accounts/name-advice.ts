import { judgeUserName, MAX_NAME_LENGTH, MIN_NAME_LENGTH } from '../../wire/http/user-name.ts';
import { strings } from '../strings.ts';

const words = strings.userName;

export type NameAdvice = {
  /** `short`: nothing is wrong yet, there is only more to come. */
  readonly state: 'short' | 'wrong' | 'good';
  readonly sentence: string;
  /** A name close to what was typed that could be had. */
  readonly offer?: string;
};

/** The letters behind accents and upper case; other alphabets stay what they are, whatever they look like. */
const simplify = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();

function findFault(text: string): string | undefined {
  const foreign = [...text].find((character) => (character.codePointAt(0) ?? 0) > 0x7f);
  if (foreign !== undefined) return words.foreign(foreign);
  if (/\s/.test(text)) return words.space;
  if (/[A-Z]/.test(text)) return words.upperCase;
  const sign = /[^a-z0-9._-]/.exec(text)?.[0];
  if (sign !== undefined) return words.sign(sign);
  if (!/^[a-z]/.test(text)) return words.firstLetter;
  if (/[._-]{2}/.test(text)) return words.doubleSign;
  return text.length > MAX_NAME_LENGTH ? words.tooLong(text.length) : undefined;
}

/** What to say about a user name while it is typed. Null: nothing was typed. */
export function adviseName(typed: string): NameAdvice | null {
  const text = typed.trim();
  if (text === '') return null;
  const fault = findFault(text);
  if (fault !== undefined) {
    const offer = simplify(text).replace(/\s+/g, '.');
    return judgeUserName(offer) === 'good'
      ? { state: 'wrong', sentence: fault, offer }
      : { state: 'wrong', sentence: fault };
  }
  if (text.length < MIN_NAME_LENGTH) return { state: 'short', sentence: words.tooShort };
  const verdict = judgeUserName(text);
  if (verdict === 'reserved') return { state: 'wrong', sentence: words.reserved };
  // All that is left: a sign at the end, after which more may come.
  return verdict === 'good' ? { state: 'good', sentence: words.good } : { state: 'short', sentence: words.lastSign };
}

/** A user name as somebody types it who has one already. */
export const typedName = (text: string): string => text.trim().toLowerCase();
