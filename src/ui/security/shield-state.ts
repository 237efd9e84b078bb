/**
 * What the shield may say: a function of what is known, gravest first. It claims no more than that: calm only where everybody who can
 * read was compared, and nothing at all about whoever the server may keep apart.
 */
import type { Contact } from '../../engine/accounts/api.ts';
import type { RoomState } from '../../engine/api.ts';
import type { RoomPeople } from '../../engine/membership/api.ts';
import type { RoomAlarm } from '../../engine/security/api.ts';
import { strings } from '../strings.ts';

const words = strings.security;

export type ShieldLevel = 'calm' | 'neutral' | 'attention' | 'alarm' | 'unknown';
export type Shield = { readonly level: ShieldLevel; readonly headline: string; readonly body: string };

export type ShieldFacts = {
  readonly room: Pick<RoomState, 'alarm' | 'failure' | 'caughtUp' | 'shutOutBy'>;
  readonly isOnline: boolean;
  /** Null: nothing of the room was read yet. */
  readonly people: Pick<RoomPeople, 'members' | 'links'> | null;
  readonly contacts: readonly Pick<Contact, 'name' | 'principal' | 'changedTo' | 'verified'>[];
};

export function shieldOf({ room, isOnline, people, contacts }: ShieldFacts): Shield {
  const grave = graveOf(room);
  if (grave) return { level: 'alarm', ...words.alarms[grave] };
  const { shutOutBy } = room;
  if (shutOutBy !== null) {
    const by = people?.members.find(({ principal }) => principal === shutOutBy);
    return { level: 'attention', ...words.shutOut(by?.name ?? null) };
  }
  const isIn = (principal: string): boolean =>
    people?.members.some((member) => member.principal === principal) ?? false;
  const changed = contacts.filter(({ principal, changedTo }) => changedTo !== null && isIn(principal));
  if (changed.length > 0)
    return { level: 'attention', ...words.keyChanged(changed.map(({ name }) => name).join(', ')) };
  if (room.alarm === 'disputed') return { level: 'attention', ...words.disputed };
  if (room.alarm !== null) return { level: 'attention', ...words.badRecord };
  if (people === null) return { level: 'unknown', ...words.unread };
  if (!isOnline || !room.caughtUp || room.failure !== null) return { level: 'unknown', ...words.notConnected };
  const others = people.members.filter(({ isSelf }) => !isSelf);
  const unverified = others.filter(({ verified }) => !verified).length;
  if (unverified + people.links.length > 0)
    return { level: 'neutral', ...words.notVerified(unverified, people.links.length) };
  return { level: 'calm', ...(others.length === 0 ? words.alone : words.verified) };
}

type Grave = keyof typeof words.alarms;

const isGrave = (alarm: RoomState['alarm']): alarm is Extract<Grave, RoomAlarm> =>
  alarm !== null && alarm in words.alarms;

/** What cannot be gone on with stays an alarm after it was read. */
function graveOf({ alarm, failure }: ShieldFacts['room']): Grave | null {
  if (isGrave(alarm)) return alarm;
  return failure === 'forked' || failure === 'rolled-back' || failure === 'untrusted-chain' ? failure : null;
}
