/**
 * Who is in a room, with which role, at a position of its log: a value that control records change, see access-after.ts. Relay
 * and peers run the same functions, so they judge alike; signatures are returned as proofs and checked elsewhere.
 *
 * Invariants: a record's validity depends on the log before it and on constants of the protocol, on nothing else;
 * inputs are never changed; a refused record leaves no trace.
 */
import type { EpochCore, PrincipalKind } from './epoch.ts';
import type { DeviceId, Hash, Position, PrincipalId, RoomId } from './ids.ts';
import type { KnownList } from './known-lists.ts';
import type { Header, Stream } from './record.ts';
import { accept, type Refused, refuse, type Verdict } from './refusals.ts';
import { mayWrite, type Role } from './roles.ts';

export type Member = { readonly role: Role; readonly kind: PrincipalKind };

export type Access = {
  readonly room: RoomId;
  readonly epoch: number;
  /** Where the current epoch began. */
  readonly epochSeq: number;
  readonly epochHash: Hash;
  readonly coreHash: Hash;
  readonly core: EpochCore;
  readonly lastListChange: Hash;
  /** [SG2] Where the current segment began. */
  readonly segmentSeq: number;
  /** [EP10] Hash of the last epoch record that was no plain renewal: the current one's list of people and devices is its. */
  readonly anchor: Hash;
  readonly members: ReadonlyMap<PrincipalId, Member>;
  readonly lists: ReadonlyMap<PrincipalId, KnownList>;
  /** Devices from lists and from visitors' certificates. */
  readonly principalOfDevice: ReadonlyMap<DeviceId, PrincipalId>;
  /** Where a notice last changed who is in or a device list; where the epoch began, if none has. */
  readonly noticedSeq: number;
  /** After a notice that takes rights away only notices and an epoch record may follow. */
  readonly rightsChanging: boolean;
  /** The last epoch that lets somebody read who could not read the one before, where it stands and who signed it. Null: none did. */
  readonly grown: { readonly seq: number; readonly by: DeviceId } | null;
  /** Somebody has objected since the current epoch began. */
  readonly objected: boolean;
  /** Objections, by the hash of the snapshot's or the epoch's record. */
  readonly disputed: ReadonlySet<Hash>;
};

export const roleOf = (access: Access, device: DeviceId): Role | undefined => {
  const principal = access.principalOfDevice.get(device);
  return principal && access.members.get(principal)?.role;
};

/** The stream of the text that is written now. Null: nothing was read, and a log begins with the first. */
export const contentOf = (access: Access | null): Stream => ({ class: 'content', segment: access?.core.segment ?? 0 });

/** [CO1] Everything about a header that the order of the log decides. `counter`: the sender's last one. */
export function judgeHeader(access: Access, header: Header, counter: number, at: Position): Verdict<Role> {
  if (header.room !== access.room) return refuse('wrong-room');
  const expected = header.kind === 'epoch' ? access.epoch + 1 : access.epoch;
  if (header.epoch < expected) return refuse(header.kind === 'epoch' ? 'epoch-conflict' : 'stale-epoch');
  if (header.epoch > expected) return refuse('bad-epoch', 'epoch from the future');
  const role = roleOf(access, header.sender);
  if (!role) return refuse('unknown-device');
  if (header.counter <= counter) return refuse('replayed-counter', `${header.counter} after ${counter}`);
  if (header.head.seq > at.seq) return refuse('unknown-head', 'a position that does not exist yet');
  if (header.head.seq < access.epochSeq) return refuse('stale-head', 'a position before the current epoch');
  if (header.kind === 'signal') return accept(role);
  if (access.rightsChanging && header.kind !== 'notice' && header.kind !== 'epoch') return refuse('rights-changing');
  return header.kind === 'update' || header.kind === 'snapshot' ? judgeContent(access, header, role, at) : accept(role);
}

function judgeContent(access: Access, { stream, cover }: Header, role: Role, at: Position): Verdict<Role> {
  if (!mayWrite(role, stream.class)) return refuse('wrong-role', `${role} may not write ${stream.class}`);
  // [SG3]
  if (stream.segment !== access.core.segment) return refuse('closed-segment', `not of segment ${access.core.segment}`);
  if (cover && cover.seq < access.segmentSeq) return refuse('bad-snapshot', 'covers a position before its segment');
  if (cover && cover.seq > at.seq) return refuse('bad-snapshot', 'covers a position that does not exist');
  return accept(role);
}

/** [CE1] A certificate counts while its link is in the access list. */
export function judgeVisitor(access: Access, link: PrincipalId): Refused | undefined {
  return access.members.get(link)?.kind === 'link'
    ? undefined
    : refuse('unknown-device', 'the link is not in this room');
}

/** The role of a device as the log has it, or as a visitor whose certificate (its proof must hold) names `link`. */
export function roleWith(access: Access, device: DeviceId, link: PrincipalId | null): Role | undefined {
  const role = roleOf(access, device);
  if (role || !link || judgeVisitor(access, link)) return role;
  return access.members.get(link)?.role;
}

/** Who each device stands for. `visitors`: devices that hold a link. */
export function devicesOf(
  members: ReadonlyMap<PrincipalId, Member>,
  lists: ReadonlyMap<PrincipalId, KnownList>,
  visitors: ReadonlyMap<DeviceId, PrincipalId>,
): Map<DeviceId, PrincipalId> {
  const devices = new Map<DeviceId, PrincipalId>();
  for (const [device, link] of visitors) if (members.get(link)?.kind === 'link') devices.set(device, link);
  // A device that is on a member's list stands for that member, whatever link it also holds.
  for (const [principal, list] of lists) for (const device of list.devices) devices.set(device, principal);
  return devices;
}

export const visitorsOf = (access: Access): Map<DeviceId, PrincipalId> =>
  new Map([...access.principalOfDevice].filter(([, principal]) => access.members.get(principal)?.kind === 'link'));
