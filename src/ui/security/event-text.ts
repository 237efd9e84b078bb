/** An entry of the security log in words. Who is who comes from one's own pins: others are told by their keys. */
import type {
  LoggedEvent,
  ObservedEvent,
  RoomSecurity,
  SecurityEvent,
  Signer,
  When,
} from '../../engine/security/api.ts';
import type { PrincipalId } from '../../wire/ids.ts';
import { describeTime } from '../documents/relative-time.ts';
import { keyGroups } from '../membership/member-view.ts';
import { strings } from '../strings.ts';

const words = strings.security;
const { events, who: names } = words;

type Names = RoomSecurity['names'];

/** As the object of a sentence. */
export function whoIs(principal: PrincipalId | null | undefined, known: Names): string {
  if (!principal) return names.nobody;
  const named = known[principal];
  if (named?.isSelf) return words.you;
  if (named?.kind === 'link') return names.link;
  return named?.name ?? names.unknown(keyGroups(principal));
}

const isSelf = (principal: PrincipalId, known: Names): boolean => known[principal]?.isSelf ?? false;
const atStart = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const subject = (signer: Signer | null, known: Names): string => {
  if (signer === null) return atStart(names.several);
  const name = signer.principal && known[signer.principal]?.name;
  // A user name is written as it is.
  return name && !known[signer.principal]?.isSelf ? name : atStart(whoIs(signer.principal, known));
};

export function eventText(event: SecurityEvent, known: Names): string {
  if (event.type === 'refused') return events.refused(event.kind);
  if (event.type === 'alarm') return words.alarms[event.alarm].headline;
  return loggedText(event, subject(event.by, known), known);
}

function loggedText(event: LoggedEvent, who: string, known: Names): string {
  switch (event.type) {
    case 'created':
      return events.created(who);
    case 'added':
      return events.added(who, whoIs(event.principal, known), event.role);
    case 'role':
      return events.role(
        who,
        isSelf(event.principal, known) ? null : whoIs(event.principal, known),
        event.from,
        event.to,
      );
    case 'removed':
      return events.removed(who, whoIs(event.principal, known));
    case 'left':
      return events.left(who);
    case 'link-made':
      return events.linkMade(who, events.link[event.role], limitsOf(event));
    case 'link-ended':
      return events.linkEnded(who, events.link[event.role]);
    case 'renewed':
      return events.renewed(who, event.count);
    case 'hidden':
      return events.hidden(event.count);
    case 'devices':
      return devicesText(event, known);
    case 'visitor':
      return events.visitor;
    case 'objected':
      return events.objected(who);
    case 'unopened':
      return events.unopened(who, whoIs(event.of.principal, known));
  }
}

function devicesText(event: Extract<LoggedEvent, { type: 'devices' }>, known: Names): string {
  const whose = subject({ device: '' as Signer['device'], principal: event.principal }, known);
  return [
    ...(event.came.length > 0 ? [events.deviceCame(whose, event.came.length)] : []),
    ...(event.went.length > 0 ? [events.deviceWent(whose, event.went.length)] : []),
  ].join('; ');
}

function limitsOf({ expiresAt, maxUses }: Extract<LoggedEvent, { type: 'link-made' }>): string {
  const date = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
  const limits = [
    ...(expiresAt > 0 ? [events.until(date.format(expiresAt))] : []),
    ...(maxUses > 0 ? [events.uses(maxUses)] : []),
  ];
  return limits.length > 0 ? `, ${limits.join(', ')}` : '';
}

/** When, as far as it is known, and who stands behind what was only noticed here. */
export function eventMeta(event: SecurityEvent, known: Names, now: number): readonly string[] {
  const time = whenText(event.when, now);
  const isNoticed = event.type === 'refused' || event.type === 'alarm';
  if (!isNoticed) return time === null ? [] : [time];
  const times = event.count > 1 && time !== null ? `${words.times(event.count)} ${time}` : time;
  return [times, behind(event, known)].filter((text) => text !== null);
}

function behind(event: ObservedEvent, known: Names): string | null {
  if (event.by === null) return event.type === 'refused' ? words.serversDoing : null;
  const who = whoIs(event.by.principal, known);
  return event.type === 'refused' ? words.sentBy(who) : words.signedOtherwise(who);
}

/** Null: nobody has said. */
export function whenText(when: When | null, now: number): string | null {
  if (when === null) return null;
  const time = describeTime(when.at, now);
  return when.word === 'here' ? words.seenHere(time) : time;
}
