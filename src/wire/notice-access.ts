/** Access after a notice [NO1]–[NO6]. */
import { type Access, devicesOf, judgeVisitor, type Member, roleOf, visitorsOf } from './access.ts';
import type { Blake2b256 } from './chain.ts';
import type { SignedDeviceList } from './device-list.ts';
import type { DeviceId, PrincipalId } from './ids.ts';
import { broughtList, type KnownList, listsWith } from './known-lists.ts';
import type { Notice } from './notice.ts';
import type { Parsed } from './parsed-record.ts';
import type { Header } from './record.ts';
import { accept, refuse, type Verdict } from './refusals.ts';
import { mayAppend } from './roles.ts';

/** `seq`: the notice's own position. */
export function afterNotice(
  hash: Blake2b256,
  access: Access,
  header: Header,
  notice: Notice,
  seq: number,
): Verdict<Access> {
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
      return accept({ ...access, objected: true, disputed: new Set(access.disputed).add(notice.record) });
    case 'leave':
      return afterLeave({ ...access, noticedSeq: seq }, header.sender);
    case 'device-list':
      return afterDeviceList(hash, { ...access, noticedSeq: seq }, header, notice.list);
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
  const { principal, devices } = signed.list;
  const lists = listsWith(access.lists, header.sender, broughtList(hash, signed));
  if (!lists.ok) return lists;
  const revokes = access.lists.get(principal)?.devices.some((device) => !devices.includes(device));
  if (revokes) return accept(without(access, access.members, lists.value));
  const principalOfDevice = devicesOf(access.members, lists.value, visitorsOf(access));
  return accept({ ...access, lists: lists.value, principalOfDevice });
}

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
