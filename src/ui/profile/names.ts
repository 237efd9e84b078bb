import type { Profile } from '../../engine/api.ts';
import { strings } from '../strings.ts';
import { NEUTRAL_COLOR, PALETTE } from './palette.ts';

/** Characters. Long enough for people, short enough for a cursor's label. */
export const MAX_NAME_LENGTH = 40;

const pick = <T>(list: readonly T[], random: () => number): T | undefined => list[Math.floor(random() * list.length)];

/** A profile to begin with, so that nobody has to fill in a form before writing. `random` gives 0 ≤ x < 1. */
export function suggestProfile(random: () => number): Profile {
  const { qualities, animals } = strings.profile.suggestions;
  return {
    name: `${pick(qualities, random) ?? ''} ${pick(animals, random) ?? ''}`.trim(),
    color: pick(PALETTE, random)?.hex ?? NEUTRAL_COLOR,
  };
}

/** A name as it may be shown: one line, no control or direction characters, bounded. Names of others can be anything. */
export function cleanName(name: unknown): string {
  if (typeof name !== 'string') return '';
  return [
    ...name
      .slice(0, MAX_NAME_LENGTH * 4)
      .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
      .replace(/\s+/gu, ' ')
      .trim(),
  ]
    .slice(0, MAX_NAME_LENGTH)
    .join('');
}

/** One or two letters for an avatar. */
export function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== '');
  const first = words[0];
  if (first === undefined) return '?';
  const last = words.length > 1 ? words[words.length - 1] : undefined;
  return [first, last]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}
