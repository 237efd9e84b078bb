/** Access after an epoch record [EP2]–[EP7], [EP9]–[EP11], [SG1], [SG2]. */
import { type Access, devicesOf, roleOf, visitorsOf } from './access.ts';
import { equalBytes } from './bytes.ts';
import { type Blake2b256, recordHash } from './chain.ts';
import { type AccessEntry, coreHash, type EpochBody, type EpochCore, type ListEntry, roomIdOf } from './epoch.ts';
import { type DeviceId, type Hash, type PrincipalId, ZERO_HASH } from './ids.ts';
import { type KnownList, listsAfter } from './known-lists.ts';
import type { SignedRecord } from './record.ts';
import { accept, refuse, type Verdict } from './refusals.ts';
import { mayAppend, roleRank } from './roles.ts';

/** [EP2] The first record of a log makes the room. */
export function firstEpoch(hash: Blake2b256, record: SignedRecord, body: EpochBody): Verdict<Access> {
  const { core } = body;
  const { header } = record;
  if (header.epoch !== 1 || core.epoch !== 1 || core.previous !== ZERO_HASH || core.lastListChange !== ZERO_HASH)
    return refuse('bad-epoch', 'not the first epoch');
  if (core.position.seq !== 0 || header.head.seq !== 0) return refuse('bad-epoch', 'the log is empty before epoch 1');
  if (core.segment !== 0) return refuse('bad-epoch', 'a room begins with its first segment');
  if (header.room !== core.room || roomIdOf(hash, core) !== core.room)
    return refuse('wrong-room', 'id is not the hash');
  const lists = listsAfter(hash, new Map(), core, body.lists);
  if (!lists.ok) return lists;
  const access = accessOfEpoch(hash, record, body, 1, lists.value, NOTHING_BEFORE);
  if (roleOf(access, header.sender) !== 'owner') return refuse('wrong-role', 'an owner makes the room');
  return sealedRightly(access);
}

/** [EP3] Whoever could not know of a notice is not at fault, but late: it begins the epoch anew. */
export function nextEpoch(
  hash: Blake2b256,
  access: Access,
  record: SignedRecord,
  body: EpochBody,
  seq: number,
): Verdict<Access> {
  const next = judgeNext(hash, access, record, body, seq);
  if (next.ok || record.header.head.seq >= access.noticedSeq) return next;
  return refuse('epoch-conflict', `was begun before a notice: ${next.detail}`);
}

/** [EP3]–[EP11] */
function judgeNext(
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
  if (core.newcomers !== access.core.newcomers || core.segment !== segmentWith(access, core.access))
    return refuse('bad-epoch', 'another segment than who is let in begins');
  const right = mayWriteEpoch(access, record.header.sender, core);
  if (!right.ok) return right;
  if (!keepsLinks(access, core)) return refuse('bad-epoch', 'another key or other limits for a link');
  const lists = listsAfter(hash, access.lists, core, body.lists);
  if (!lists.ok) return lists;
  const changed = !sameAccess(access.core.access, core.access);
  const own = recordHash(hash, record.bytes);
  const next = accessOfEpoch(hash, record, body, seq, lists.value, {
    lastListChange: changed ? own : access.lastListChange,
    segmentSeq: core.segment === access.core.segment ? access.segmentSeq : seq,
    anchor: changed || !sameLists(access.core.lists, core.lists) ? own : access.anchor,
    visitors: visitorsOf(access),
    grown: letsSomebodyIn(access, core) ? { seq, by: record.header.sender } : access.grown,
    disputed: access.disputed,
  });
  // [EP11] It knows the secret: whoever goes, leaves.
  if (!roleOf(next, record.header.sender)) return refuse('bad-epoch', 'its signer is not in it');
  return sealedRightly(next);
}

/** [SG2] The segment of the next epoch, if these are in it. */
export function segmentWith({ core }: Access, people: readonly AccessEntry[]): number {
  const before = new Set(core.access.map(({ principal }) => principal));
  const letsIn = people.some(({ principal }) => !before.has(principal));
  return core.newcomers === 'start-empty' && letsIn ? core.segment + 1 : core.segment;
}

/**
 * [SN5] Somebody has nothing to start from in what came before: who is new in the access list; a device that its account had listed,
 * and that nothing was sealed to; whoever has said during the epoch before that it lacks something [NO5].
 */
function letsSomebodyIn(access: Access, core: EpochCore): boolean {
  if (core.access.some(({ principal }) => !access.members.has(principal))) return true;
  if (access.objected) return true;
  const before = new Set(access.core.devices.map(({ device }) => device));
  return core.devices.some(({ device }) => access.principalOfDevice.has(device) && !before.has(device));
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

/** [EP9] Whoever renews could shut a link's visitors out by another key, or let more of them in. */
const keepsLinks = (access: Access, { links }: EpochCore): boolean =>
  links.every((link) => {
    if (access.members.get(link.principal)?.kind !== 'link') return true;
    const before = access.core.links.find(({ principal }) => principal === link.principal);
    if (!before) return false;
    const { kemKey, expiresAt, maxUses } = before;
    return equalBytes(link.kemKey, kemKey) && link.expiresAt === expiresAt && link.maxUses === maxUses;
  });

/**
 * [EP4] The access list that any account may renew: the current one. Where somebody left, without that account and without
 * all links, which it knows.
 */
export function renewalAccess(access: Access): readonly AccessEntry[] {
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

const sameLists = (a: readonly ListEntry[], b: readonly ListEntry[]): boolean =>
  a.length === b.length && a.every(({ principal, hash }, i) => b[i]?.principal === principal && b[i]?.hash === hash);

/** [EP10] A renewal that also names the same device lists as the epoch before: after it the same people write, on the same devices. */
export const isPlainRenewal = ({ anchor, epochHash }: Access): boolean => anchor !== epochHash;

/**
 * [TH2] Access after a plain renewal of which only the hash is known. What would have to be no plain renewal cannot be passed over so.
 * `core` stays that of the last epoch record that was seen: nothing is sealed or opened before the next one is.
 */
export function afterHiddenRenewal(access: Access, seq: number, record: Hash): Verdict<Access> {
  // After a list that drops a device, and after somebody left, who is no longer among the lists, too.
  if (access.core.lists.some(({ principal, hash }) => access.lists.get(principal)?.hash !== hash))
    return refuse('bad-epoch', 'the first epoch that names a new device list is shown');
  return accept({ ...access, epoch: access.epoch + 1, epochSeq: seq, epochHash: record });
}

/**
 * [EP7] Sealed to devices of the lists and to the links of the access list, to nobody else. Devices may be left out: nobody knows
 * the prekey of one that was just added, which finds the secret in its account's home.
 */
function sealedRightly(access: Access): Verdict<Access> {
  const { core } = access;
  const listed = new Set([...access.lists.values()].flatMap((list) => list.devices));
  if (core.devices.some((entry) => !listed.has(entry.device))) return refuse('bad-epoch', 'sealed to a stranger');
  const links = core.access.filter((entry) => entry.kind === 'link');
  if (links.some((entry) => entry.role === 'owner')) return refuse('bad-epoch', 'a link is never an owner');
  // A room of one account alone, its home, may be sealed to the account's key too: so the account's next device reads it.
  const isHome = core.access.length === 1 && links.length === 0;
  if (sealsToExactly(core, links) || (isHome && sealsToExactly(core, core.access))) return accept(access);
  return refuse('bad-epoch', 'sealed to exactly the links of the access list');
}

const sealsToExactly = ({ links }: EpochCore, entries: readonly AccessEntry[]): boolean =>
  links.length === entries.length && entries.every((entry, i) => links[i]?.principal === entry.principal);

/** What an epoch takes over from the one before. */
type Before = Pick<Access, 'lastListChange' | 'segmentSeq' | 'anchor' | 'grown' | 'disputed'> & {
  readonly visitors: ReadonlyMap<DeviceId, PrincipalId>;
};
const NOTHING_BEFORE: Before = {
  lastListChange: ZERO_HASH,
  segmentSeq: 1,
  anchor: ZERO_HASH,
  visitors: new Map(),
  grown: null,
  disputed: new Set(),
};

function accessOfEpoch(
  hash: Blake2b256,
  record: SignedRecord,
  body: EpochBody,
  seq: number,
  lists: ReadonlyMap<PrincipalId, KnownList>,
  { lastListChange, segmentSeq, anchor, visitors, grown, disputed }: Before,
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
    segmentSeq,
    anchor: body.core.epoch === 1 ? epochHash : anchor,
    members,
    lists,
    principalOfDevice: devicesOf(members, lists, visitors),
    noticedSeq: seq,
    rightsChanging: false,
    grown,
    objected: false,
    disputed,
  };
}
