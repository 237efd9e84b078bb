/** What a hostile member does next. */
import type { Deed, HostileMember } from './hostile-member.ts';
import { RECORD_DEEDS, VIEWER_DEEDS } from './record-deeds.ts';
import { SIGNAL_DEEDS } from './signal-deeds.ts';
import { SNAPSHOT_DEEDS } from './snapshot-deeds.ts';
import { UPDATE_DEEDS } from './update-deeds.ts';

const WEIGHTED = {
  editor: [...UPDATE_DEEDS, ...RECORD_DEEDS, ...SNAPSHOT_DEEDS, ...SIGNAL_DEEDS],
  viewer: [...VIEWER_DEEDS, ...SIGNAL_DEEDS],
} as const;

/** Every kind of hostile deed, by the name under which it is counted. */
export const KINDS_OF_DEED: readonly string[] = [
  ...new Set(
    Object.values(WEIGHTED)
      .flat()
      .map(([, kind]) => kind),
  ),
];

/** Undefined: what was drawn cannot be done now. */
export function nextDeed(member: HostileMember): Deed | undefined {
  // First it comes in by the front door.
  if (member.role === 'editor' && !member.isKnown)
    return { kind: 'an introduction', fate: 'counts', record: member.introduction() };
  const drawn = member.random.weighted(
    WEIGHTED[member.role].map(([weight, kind, attempt]) => [weight, { kind, attempt }] as const),
  );
  const made = drawn.attempt(member);
  return made ? { kind: drawn.kind, ...made } : undefined;
}
