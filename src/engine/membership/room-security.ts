/** What a person is told about a room's keys and history: the log's events and this device's own observations, with the names one knows. */
import type { DeviceId, PrincipalId } from '../../wire/ids.ts';
import type { Contact } from '../accounts/api.ts';
import type { Room } from '../rooms/room.ts';
import {
  type LoggedEvent,
  MAX_EVENTS,
  type Named,
  type ObservedEvent,
  type RoomSecurity,
  type SecurityEvent,
  type ShownDevice,
  type Signer,
} from '../security/api.ts';
import type { RoomHistory } from '../security/history.ts';
import type { Observation } from '../security/observations.ts';

/** Who this device's person is, and whom that person knows. */
export type Acquaintance = {
  readonly principal: PrincipalId;
  readonly device: DeviceId;
  /** Null: there is no account. */
  readonly ownName: string | null;
  readonly contacts: readonly Contact[];
  readonly deviceName: (device: DeviceId) => string | null;
};

/** Null: nothing of the room was read yet. */
export function roomSecurity(room: Room, known: Acquaintance): RoomSecurity | null {
  const history = room.history();
  if (history.epoch.number === 0) return null;
  const all = inOrder(history.events, observedEvents(room.observed, history.signerOf));
  const { number, when, by } = history.epoch;
  return {
    epoch: { number, when, by },
    events: all.slice(0, MAX_EVENTS),
    older: Math.max(0, all.length - MAX_EVENTS),
    devices: devicesByPrincipal(history, known),
    names: namesOf(history, known),
    hasEvidence: room.evidence !== null,
  };
}

/** Objections stand in the log. */
function observedEvents(observed: readonly Observation[], signerOf: (device: DeviceId) => Signer): ObservedEvent[] {
  return observed.flatMap((observation): ObservedEvent[] => {
    const { count, device, lastAt } = observation;
    const shown = { count, when: { at: lastAt, word: 'here' as const }, by: device && signerOf(device) };
    if (observation.type === 'refused') {
      const { kind, reason } = observation;
      return [{ type: 'refused', kind, reason, ...shown }];
    }
    return observation.alarm === 'disputed' ? [] : [{ type: 'alarm', alarm: observation.alarm, ...shown }];
  });
}

/** Newest first. What stands in the log keeps the log's order, whatever dates signers name; observations come between by their time. */
function inOrder(logged: readonly LoggedEvent[], observed: readonly ObservedEvent[]): SecurityEvent[] {
  const waiting = [...observed].sort((a, b) => b.when.at - a.when.at);
  const events: SecurityEvent[] = [];
  for (const event of [...logged].reverse()) {
    while (waiting[0] && waiting[0].when.at >= (event.when?.at ?? Infinity))
      events.push(waiting.shift() as ObservedEvent);
    events.push(event);
  }
  return [...events, ...waiting];
}

function devicesByPrincipal(history: RoomHistory, known: Acquaintance): Record<PrincipalId, ShownDevice[]> {
  const devices: Record<PrincipalId, ShownDevice[]> = {};
  for (const [device, { principal, when }] of history.devices) {
    const isThis = device === known.device;
    const name = principal === known.principal ? known.deviceName(device) : null;
    devices[principal] ??= [];
    devices[principal].push({ device, when, name, isThis });
  }
  return devices;
}

function namesOf({ kinds, addedBy }: RoomHistory, known: Acquaintance): Record<PrincipalId, Named> {
  const named = [...kinds].map(([principal, kind]): [PrincipalId, Named] => {
    const isSelf = principal === known.principal;
    const contact = known.contacts.find((other) => other.principal === principal);
    return [
      principal,
      {
        kind,
        name: isSelf ? known.ownName : (contact?.name ?? null),
        isSelf,
        verified: contact?.verified ?? false,
        keyChanged: contact?.changedTo != null,
        addedBy: addedBy.get(principal) ?? null,
      },
    ];
  });
  return Object.fromEntries(named);
}
