/** What a person is told of a room: derived from the room's parts, true at every moment. */

import { SCHEMA_VERSION } from '../../wire/document.ts';
import type { PrincipalId, RoomId } from '../../wire/ids.ts';
import type { Reason } from '../../wire/refusals.ts';
import { mayWrite, type Role } from '../../wire/roles.ts';
import type { RoomFailure, RoomState, Saved } from '../api.ts';
import type { StorageFaultKind } from '../ports.ts';

export type RoomFacts = {
  readonly room: RoomId;
  readonly title: string;
  readonly schema: number;
  readonly role: Role | null;
  readonly hasContent: boolean;
  readonly failure: RoomFailure | null;
  readonly refused: Reason | null;
  readonly fault: StorageFaultKind | null;
  readonly isStored: boolean;
  readonly waiting: number;
  /** The relay has never seen this room. */
  readonly unpublished: boolean;
  readonly caughtUp: boolean;
  readonly generation: number;
  readonly alarm: RoomState['alarm'];
  readonly noticed: number;
  readonly rescued: boolean;
  readonly changedAt: number;
  readonly accessAt: number;
  readonly part: number;
  readonly earlierParts: number;
  readonly epoch: number;
  readonly shutOutBy: PrincipalId | null;
};

export function roomState(facts: RoomFacts): Omit<RoomState, 'kept' | 'folder'> {
  const { room, title, role, failure, caughtUp, generation, alarm, noticed, rescued } = facts;
  const { changedAt, accessAt, part, earlierParts, epoch, shutOutBy } = facts;
  return {
    room,
    title,
    phase: failure && !facts.hasContent ? 'failed' : facts.hasContent ? 'ready' : 'opening',
    failure,
    role,
    readOnly: readOnly(facts),
    saved: saved(facts),
    caughtUp,
    generation,
    alarm,
    noticed,
    rescued,
    changedAt,
    accessAt,
    part,
    earlierParts,
    epoch,
    shutOutBy,
  };
}

function readOnly(facts: RoomFacts): RoomState['readOnly'] {
  if (facts.schema > SCHEMA_VERSION) return 'newer-schema';
  return facts.role && mayWrite(facts.role, 'content') ? null : 'role';
}

function saved(facts: RoomFacts): Saved {
  if (facts.refused) return { at: 'refused', reason: facts.refused };
  const allAtRelay = facts.waiting === 0 && !facts.unpublished;
  if (allAtRelay) return { at: 'relay' };
  if (facts.fault) return { at: 'nowhere', fault: facts.fault };
  return facts.isStored ? { at: 'device', waiting: facts.waiting } : { at: 'memory' };
}
