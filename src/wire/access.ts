/**
 * Who is in a room, with which role, at a position of its log: a value that control records change. Relay and peers
 * run the same functions, so they judge alike; signatures are returned as proofs and checked elsewhere.
 *
 * Invariants: a record's validity depends on the log before it and on constants of the protocol, on nothing else;
 * inputs are never changed; a refused record leaves no trace.
 */
import { type Blake2b256, recordHash } from './chain.ts';
import { deviceListHash, type SignedDeviceList } from './device-list.ts';
import {
  type AccessEntry,
  coreHash,
  decodeEpochBody,
  type EpochBody,
  type EpochCore,
  type PrincipalKind,
  roomIdOf,
} from './epoch.ts';
import { type DeviceId, type Hash, idBytes, type Position, type PrincipalId, type RoomId, ZERO_HASH } from './ids.ts';
import { decodeNotice, type Notice } from './notice.ts';
import type { Proof } from './proof.ts';
import { type Header, type SignedRecord, signedBytes, unsignedBytes } from './record.ts';
import { accept, type Refused, refuse, type Verdict } from './refusals.ts';
import { mayAppend, mayWrite, type Role, roleRank } from './roles.ts';

export type Member = { readonly role: Role; readonly kind: PrincipalKind };
export type KnownList = { readonly version: number; readonly hash: Hash; readonly devices: readonly DeviceId[] };

export type Access = {
  readonly room: RoomId;
  readonly epoch: number;
  /** Where the current epoch began. */
  readonly epochSeq: number;
  readonly epochHash: Hash;
  readonly coreHash: Hash;
  readonly core: EpochCore;
  readonly lastListChange: Hash;
  readonly members: ReadonlyMap<PrincipalId, Member>;
  readonly lists: ReadonlyMap<PrincipalId, KnownList>;
  /** Devices from lists and from visitors' certificates. */
  readonly principalOfDevice: ReadonlyMap<DeviceId, PrincipalId>;
  /** After a notice that takes rights away only notices and an epoch record may follow. */
  readonly rightsChanging: boolean;
  /** Objections to snapshots, by the hash of the snapshot record. */
  readonly disputed: ReadonlySet<Hash>;
};

/** A record, decoded as far as it is clear, with every signature that must hold. */
export type Control =
  | { readonly type: 'epoch'; readonly body: EpochBody }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'none' };
export type Parsed = { readonly record: SignedRecord; readonly control: Control; readonly proofs: readonly Proof[] };

/** @throws WireError if a clear body does not follow its layout */
export function parseRecord(record: SignedRecord): Parsed {
  const { header, body, signature } = record;
  const control: Control =
    header.kind === 'epoch'
      ? { type: 'epoch', body: decodeEpochBody(body) }
      : header.kind === 'notice'
        ? { type: 'notice', notice: decodeNotice(body, header) }
        : { type: 'none' };
  const own: Proof = {
    key: idBytes(header.sender),
    message: signedBytes(header.kind, unsignedBytes(record)),
    signature,
  };
  return { record, control, proofs: [own, ...proofsOf(control)] };
}

function proofsOf(control: Control): Proof[] {
  if (control.type === 'epoch') return control.body.lists.flatMap((list) => list.proofs);
  if (control.type !== 'notice') return [];
  if (control.notice.type === 'device-list') return [...control.notice.list.proofs];
  return control.notice.type === 'visitor' ? [control.notice.certificate.proof] : [];
}

export const roleOf = (access: Access, device: DeviceId): Role | undefined => {
  const principal = access.principalOfDevice.get(device);
  return principal && access.members.get(principal)?.role;
};

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
  if (header.kind === 'update' || header.kind === 'snapshot')
    if (!mayWrite(role, header.stream.class))
      return refuse('wrong-role', `${role} may not write ${header.stream.class}`);
  if (header.cover && header.cover.seq > at.seq) return refuse('bad-snapshot', 'covers a position that does not exist');
  return accept(role);
}

/**
 * Access after a record that `judgeHeader` has passed (or after the first record of a log: `access` null).
 * Proofs must hold; `seq` is the record's own position.
 */
export function accessAfter(hash: Blake2b256, access: Access | null, parsed: Parsed, seq: number): Verdict<Access> {
  const { control, record } = parsed;
  if (control.type === 'epoch')
    return access ? nextEpoch(hash, access, record, control.body, seq) : firstEpoch(hash, record, control.body);
  if (!access) return refuse('bad-epoch', 'a log begins with an epoch record');
  return control.type === 'notice' ? afterNotice(hash, access, record.header, control.notice) : accept(access);
}

/** [EP2] The first record of a log makes the room. */
function firstEpoch(hash: Blake2b256, record: SignedRecord, body: EpochBody): Verdict<Access> {
  const { core } = body;
  const { header } = record;
  if (header.epoch !== 1 || core.epoch !== 1 || core.previous !== ZERO_HASH || core.lastListChange !== ZERO_HASH)
    return refuse('bad-epoch', 'not the first epoch');
  if (core.position.seq !== 0 || header.head.seq !== 0) return refuse('bad-epoch', 'the log is empty before epoch 1');
  if (header.room !== core.room || roomIdOf(hash, core) !== core.room)
    return refuse('wrong-room', 'id is not the hash');
  const lists = listsAfter(hash, new Map(), core, body.lists);
  if (!lists.ok) return lists;
  const access = accessOfEpoch(hash, record, body, 1, lists.value, ZERO_HASH, new Map(), new Set());
  if (roleOf(access, header.sender) !== 'owner') return refuse('wrong-role', 'an owner makes the room');
  return sealedToAll(access);
}

/** [EP3]–[EP8] */
function nextEpoch(
  hash: Blake2b256,
  access: Access,
  record: SignedRecord,
  body: EpochBody,
  seq: number,
): Verdict<Access> {
  const { core } = body;
  if (core.room !== access.room || core.epoch !== access.epoch + 1 || record.header.epoch !== core.epoch)
    return refuse('bad-epoch', 'does not follow');
  if (core.previous !== access.epochHash || core.lastListChange !== access.lastListChange)
    return refuse('epoch-conflict', 'names another epoch before it');
  if (core.position.seq < access.epochSeq || core.position.seq >= seq)
    return refuse('stale-head', 'position of the core');
  const right = mayWriteEpoch(access, record.header.sender, core);
  if (!right.ok) return right;
  const lists = listsAfter(hash, access.lists, core, body.lists);
  if (!lists.ok) return lists;
  const changed = !sameAccess(access.core.access, core.access);
  const links = new Map(
    [...access.principalOfDevice].filter(([, principal]) => access.members.get(principal)?.kind === 'link'),
  );
  const next = accessOfEpoch(
    hash,
    record,
    body,
    seq,
    lists.value,
    changed ? recordHash(hash, record.bytes) : access.lastListChange,
    links,
    access.disputed,
  );
  return sealedToAll(next);
}

/** [EP4] Only owners change the access list; any account that may append renews; a link never signs. */
function mayWriteEpoch(access: Access, sender: DeviceId, core: EpochCore): Verdict<true> {
  const principal = access.principalOfDevice.get(sender);
  const member = principal && access.members.get(principal);
  if (!member) return refuse('unknown-device');
  if (member.kind === 'link' || !mayAppend(member.role)) return refuse('wrong-role', 'may not write an epoch');
  if (sameAccess(renewalAccess(access), core.access)) return accept(true);
  if (member.role !== 'owner') return refuse('wrong-role', 'only owners change who is in');
  if (!core.access.some((entry) => entry.role === 'owner' && entry.kind === 'account'))
    return refuse('bad-epoch', 'a room keeps an owner');
  const after = new Map(core.access.map((entry) => [entry.principal, entry]));
  const takesRights = access.core.access.some(
    (before) =>
      before.kind === 'account' && roleRank(after.get(before.principal)?.role ?? 'viewer') < roleRank(before.role),
  );
  const removes = access.core.access.some(
    (before) => before.kind === 'account' && after.get(before.principal)?.kind !== 'account',
  );
  // [EP5] Whoever is removed or demoted may know the links: none of them outlives the change.
  const keepsLink = access.core.access.some((before) => before.kind === 'link' && after.has(before.principal));
  return (takesRights || removes) && keepsLink ? refuse('bad-epoch', 'links outlive a removal') : accept(true);
}

/**
 * [EP4] The access list that any account may renew: the current one. Where somebody left, without that account and without
 * all links, which it knows.
 */
function renewalAccess(access: Access): readonly AccessEntry[] {
  const remaining = access.core.access.filter((entry) => access.members.has(entry.principal));
  const someLeft = remaining.length < access.core.access.length;
  return someLeft ? remaining.filter((entry) => entry.kind === 'account') : remaining;
}

function sameAccess(a: readonly AccessEntry[], b: readonly AccessEntry[]): boolean {
  return (
    a.length === b.length &&
    a.every((entry, i) => {
      const other = b[i];
      return other?.principal === entry.principal && other.role === entry.role && other.kind === entry.kind;
    })
  );
}

/** [EP6] Every account in the access list has a device list: the one known, or one that the record brings along. */
function listsAfter(
  hash: Blake2b256,
  known: ReadonlyMap<PrincipalId, KnownList>,
  core: EpochCore,
  brought: readonly SignedDeviceList[],
): Verdict<Map<PrincipalId, KnownList>> {
  const lists = new Map(known);
  for (const signed of brought) {
    const next = listAfter(hash, lists.get(signed.list.principal), signed, known.has(signed.list.principal));
    if (!next.ok) return next;
    lists.set(signed.list.principal, next.value);
  }
  const accounts = core.access.filter((entry) => entry.kind === 'account');
  if (accounts.length !== core.lists.length) return refuse('bad-epoch', 'one device list for each account');
  for (const entry of core.lists) {
    const list = lists.get(entry.principal);
    if (!list || list.version !== entry.version || list.hash !== entry.hash)
      return refuse('bad-epoch', 'names a device list that the log does not have');
    if (!accounts.some((account) => account.principal === entry.principal))
      return refuse('bad-epoch', 'a device list of nobody');
  }
  const remaining = new Map(
    [...lists].filter(([principal]) => accounts.some((account) => account.principal === principal)),
  );
  return listedTwice(remaining) ? refuse('bad-epoch', 'a device on two lists') : accept(remaining);
}

/** [DL2] A list follows the one before; [DL3] a newcomer's may begin at any version. */
function listAfter(
  hash: Blake2b256,
  before: KnownList | undefined,
  signed: SignedDeviceList,
  mustFollow: boolean,
): Verdict<KnownList> {
  const { list } = signed;
  if (mustFollow && before && (list.version !== before.version + 1 || list.previous !== before.hash))
    return refuse('bad-epoch', 'device list does not follow the one before');
  return accept({ version: list.version, hash: deviceListHash(hash, signed.bytes), devices: list.devices });
}

/** [DL4] A device stands for one account alone. */
function listedTwice(lists: ReadonlyMap<PrincipalId, KnownList>): boolean {
  const devices = [...lists.values()].flatMap((list) => list.devices);
  return new Set(devices).size < devices.length;
}

/** [EP7] Sealed to devices of the lists and to the links of the access list, to nobody else; epoch 1 to all of them. */
function sealedToAll(access: Access): Verdict<Access> {
  const { core } = access;
  const listed = new Set([...access.lists.values()].flatMap((list) => list.devices));
  if (core.devices.some((entry) => !listed.has(entry.device))) return refuse('bad-epoch', 'sealed to a stranger');
  if (core.epoch === 1 && core.devices.length !== listed.size) return refuse('bad-epoch', 'a device is left out');
  const links = core.access.filter((entry) => entry.kind === 'link');
  if (links.some((entry) => entry.role === 'owner')) return refuse('bad-epoch', 'a link is never an owner');
  if (links.length !== core.links.length || links.some((entry, i) => core.links[i]?.principal !== entry.principal))
    return refuse('bad-epoch', 'sealed to exactly the links of the access list');
  return accept(access);
}

function accessOfEpoch(
  hash: Blake2b256,
  record: SignedRecord,
  body: EpochBody,
  seq: number,
  lists: ReadonlyMap<PrincipalId, KnownList>,
  lastListChange: Hash,
  visitors: ReadonlyMap<DeviceId, PrincipalId>,
  disputed: ReadonlySet<Hash>,
): Access {
  const members = new Map(body.core.access.map(({ principal, kind, role }) => [principal, { kind, role }]));
  const epochHash = recordHash(hash, record.bytes);
  return {
    room: body.core.room,
    epoch: body.core.epoch,
    epochSeq: seq,
    epochHash,
    coreHash: coreHash(hash, body.coreBytes),
    core: body.core,
    lastListChange: body.core.epoch === 1 ? epochHash : lastListChange,
    members,
    lists,
    principalOfDevice: devicesOf(members, lists, visitors),
    rightsChanging: false,
    disputed,
  };
}

function devicesOf(
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

function afterNotice(hash: Blake2b256, access: Access, header: Header, notice: Notice): Verdict<Access> {
  switch (notice.type) {
    case 'visitor': {
      const { link } = notice.certificate;
      const refusal = judgeVisitor(access, link);
      if (refusal) return refusal;
      // Whoever cannot append needs no place in the log; a popular view link would fill it.
      if (!mayAppend(access.members.get(link)?.role ?? 'viewer'))
        return refuse('wrong-role', 'a viewer stays outside the log');
      if (access.principalOfDevice.has(header.sender)) return accept(access);
      return accept({ ...access, principalOfDevice: new Map(access.principalOfDevice).set(header.sender, link) });
    }
    case 'objection':
      // [RO2] A viewer could otherwise dispute every snapshot and fill the log.
      if (!mayAppend(roleOf(access, header.sender) ?? 'viewer')) return refuse('wrong-role', 'a viewer may not object');
      return accept({ ...access, disputed: new Set(access.disputed).add(notice.record) });
    case 'leave':
      return afterLeave(access, header.sender);
    case 'device-list':
      return afterDeviceList(hash, access, header, notice.list);
  }
}

/** [NO6] An account leaves, but not the last owner. A link is left by not using it: others may hold it too. */
function afterLeave(access: Access, sender: DeviceId): Verdict<Access> {
  const principal = access.principalOfDevice.get(sender);
  if (!principal) return refuse('unknown-device');
  if (access.members.get(principal)?.kind !== 'account') return refuse('wrong-role', 'a link does not leave');
  const members = new Map(access.members);
  members.delete(principal);
  if (![...members.values()].some(({ role, kind }) => role === 'owner' && kind === 'account'))
    return refuse('wrong-role', 'a room keeps an owner');
  return accept(without(access, members, access.lists));
}

/** [NO2] */
function afterDeviceList(hash: Blake2b256, access: Access, header: Header, signed: SignedDeviceList): Verdict<Access> {
  const { list } = signed;
  const before = access.lists.get(list.principal);
  if (!before || !list.devices.includes(header.sender)) return refuse('unknown-device');
  const known = listAfter(hash, before, signed, true);
  if (!known.ok) return known;
  const lists = new Map(access.lists).set(list.principal, known.value);
  if (listedTwice(lists)) return refuse('bad-epoch', 'the device of somebody else');
  const revokes = before.devices.some((device) => !list.devices.includes(device));
  if (revokes) return accept(without(access, access.members, lists));
  return accept({ ...access, lists, principalOfDevice: devicesOf(access.members, lists, visitorsOf(access)) });
}

const visitorsOf = (access: Access): Map<DeviceId, PrincipalId> =>
  new Map([...access.principalOfDevice].filter(([, principal]) => access.members.get(principal)?.kind === 'link'));

/** [NO3] Rights were taken away: the room waits for its next epoch. */
function without(
  access: Access,
  members: ReadonlyMap<PrincipalId, Member>,
  lists: ReadonlyMap<PrincipalId, KnownList>,
): Access {
  const remaining = new Map([...lists].filter(([principal]) => members.has(principal)));
  return {
    ...access,
    members,
    lists: remaining,
    principalOfDevice: devicesOf(members, remaining, visitorsOf(access)),
    rightsChanging: true,
  };
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

/**
 * [NO4] A visitor's notice comes from a device that the log does not know yet, and a device list may bring its sender:
 * for these `judgeHeader` is asked with the device already in place.
 */
export function withIntroducedDevice(access: Access, parsed: Parsed): Access {
  const { control, record } = parsed;
  if (control.type !== 'notice' || access.principalOfDevice.has(record.header.sender)) return access;
  const principal =
    control.notice.type === 'visitor'
      ? control.notice.certificate.link
      : control.notice.type === 'device-list' && control.notice.list.list.devices.includes(record.header.sender)
        ? control.notice.list.list.principal
        : undefined;
  if (!principal || !access.members.has(principal)) return access;
  return { ...access, principalOfDevice: new Map(access.principalOfDevice).set(record.header.sender, principal) };
}
