/** Epochs that let somebody in and that nobody had a right to write: a relay has all these at hand, and can serve what it likes. */
import { type Identity, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { WRAP_BYTES } from '../../../../src/wire/epoch.ts';
import { type DeviceId, deviceId, idBytes, type Position } from '../../../../src/wire/ids.ts';
import type { Device } from '../device.ts';
import type { EpochSeen } from '../log-follower.ts';
import type { SimRoom } from '../sim-room.ts';
import type { Simulation } from '../simulation.ts';
import { renewal, type Signer, withStranger, withWraps } from './epoch-drafts.ts';

export type Addition = { readonly kind: string; readonly record: Uint8Array };

/** Where the log ends, and what it says. */
export type Place = { readonly access: Access; readonly at: Position };

/** Nobody's counter is this high. */
const COUNTER = 1_000_000;

/** An epoch with somebody else in it. Its wraps are noise: only what is signed matters for whether it counts. */
function addition({ access, at }: Place, identity: Identity, guest: Identity, simulation: Simulation): Uint8Array {
  const { random } = simulation;
  const draft = renewal(access, at, identity, () => undefined, random);
  const signer: Signer = { identity, counter: COUNTER };
  return withWraps(withStranger(draft, guest), signer, random, () => random.bytes(WRAP_BYTES)).record;
}

function insiders({ devices }: Simulation, { access }: Place, room: SimRoom): { kind: string; identity: Identity }[] {
  return devices.flatMap(({ engine }: Device) => {
    const identity = engine?.identity;
    if (!identity) return [];
    const known = access.principalOfDevice.get(identity.device);
    const member = known && access.members.get(known);
    const wasIn = room.hadMembers.has(identity.principal) && !access.members.has(identity.principal);
    if (!member) return [{ kind: wasIn ? 'somebody who was removed' : 'a device that is not in', identity }];
    if (member.kind === 'link') return [{ kind: 'a visitor', identity }];
    return member.role === 'owner' ? [] : [{ kind: `a member who is ${member.role}`, identity }];
  });
}

/** One of each kind that can be made here. `others`: epoch records of other rooms. */
export function additions(
  simulation: Simulation,
  room: SimRoom,
  place: Place,
  epochs: readonly (EpochSeen & { readonly record: Uint8Array })[],
  others: readonly Uint8Array[],
): Addition[] {
  const { random } = simulation;
  const outsider = makeIdentity(random, 0);
  const owner = ownerDevice(place.access);
  const link = place.access.core.links[0]?.principal;
  const by = (identity: Identity, guest = outsider): Uint8Array => addition(place, identity, guest, simulation);
  const made: Addition[] = [
    { kind: 'an outsider', record: by(makeIdentity(random, 0)) },
    ...insiders(simulation, place, room).map(({ kind, identity }) => ({ kind, record: by(identity) })),
    ...others.map((record) => ({ kind: 'the epoch of another room', record })),
    ...epochs.map(({ record }) => ({ kind: 'an epoch once more', record })),
  ];
  if (owner)
    made.push({ kind: 'somebody in an owner’s name', record: by({ ...makeIdentity(random, 0), device: owner }) });
  if (link) made.push({ kind: 'a link', record: by({ ...makeIdentity(random, 0), device: deviceId(idBytes(link)) }) });
  return made;
}

function ownerDevice({ members, lists }: Access): DeviceId | undefined {
  const owner = [...members].find(([, { kind, role }]) => kind === 'account' && role === 'owner')?.[0];
  return owner && lists.get(owner)?.devices[0];
}
