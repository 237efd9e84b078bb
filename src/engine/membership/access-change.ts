/**
 * What a person wants to be different about who is in a room, and what the next epoch then says: functions of the room's access list
 * alone, judged anew whenever another epoch came first.
 */
import type { Access } from '../../wire/access.ts';
import { sortById } from '../../wire/device-list.ts';
import type { AccessEntry, LinkLimits } from '../../wire/epoch.ts';
import type { PrincipalId } from '../../wire/ids.ts';
import { MAX_DEVICES, MAX_LINKS, MAX_PRINCIPALS } from '../../wire/limits.ts';
import type { LinkRole } from '../../wire/link.ts';
import { mayAppend, type Role, roleRank } from '../../wire/roles.ts';
import { devicesIn, type EpochPlan, renewalPlan } from '../epochs/next-epoch.ts';
import type { MembershipFailure } from './api.ts';

export type AccessRequest =
  /** `deviceList`: signed, as the directory has it. */
  | { readonly type: 'add'; readonly principal: PrincipalId; readonly role: Role; readonly deviceList: Uint8Array }
  | { readonly type: 'role'; readonly principal: PrincipalId; readonly role: Role }
  | { readonly type: 'remove'; readonly principal: PrincipalId }
  | {
      readonly type: 'make-link';
      readonly principal: PrincipalId;
      readonly role: LinkRole;
      readonly kemKey: Uint8Array;
      readonly limits: LinkLimits;
    }
  | { readonly type: 'end-link'; readonly principal: PrincipalId }
  /** `after`: the epoch that is not fresh enough. */
  | { readonly type: 'renew'; readonly after: number };

export type Planned =
  | { readonly ok: true; readonly plan: EpochPlan }
  | { readonly ok: false; readonly reason: MembershipFailure };

/** Whether the room is as the request wants it. */
export function isMet(access: Access, request: AccessRequest): boolean {
  if (access.rightsChanging) return false;
  if (request.type === 'renew') return access.epoch > request.after;
  const member = access.members.get(request.principal);
  switch (request.type) {
    case 'add':
    case 'role':
      return member?.kind === 'account' && member.role === request.role;
    case 'make-link':
      return member?.kind === 'link';
    case 'remove':
    case 'end-link':
      return member === undefined;
  }
}

/** The epoch that meets the request, written by a device of this account; or why there is none. */
export function planOf(access: Access, own: PrincipalId, request: AccessRequest): Planned {
  const base = renewalPlan(access);
  const self = access.members.get(own);
  if (request.type === 'renew') {
    const mayRenew = self?.kind === 'account' && mayAppend(self.role);
    return mayRenew ? { ok: true, plan: base } : refused('wrong-role');
  }
  if (self?.role !== 'owner' || self.kind !== 'account') return refused('not-owner');
  const before = access.members.get(request.principal);
  switch (request.type) {
    case 'add': {
      if (before) return refused('already-member');
      const { principal, role, deviceList } = request;
      const plan = withEntry(base, { principal, kind: 'account', role });
      return ifItFits(access, { ...plan, lists: [deviceList] });
    }
    case 'role': {
      if (before?.kind !== 'account') return refused('not-member');
      const plan = withEntry(base, { principal: request.principal, kind: 'account', role: request.role });
      return keepsOwner(roleRank(request.role) < roleRank(before.role) ? withoutLinks(plan) : plan);
    }
    case 'remove': {
      if (before?.kind !== 'account') return refused('not-member');
      const kept = keepsOwner(withoutLinks(without(base, request.principal)));
      // [EP11] One leaves instead: whoever signs an epoch knows its secret.
      return kept.ok && request.principal === own ? refused('wrong-state') : kept;
    }
    case 'make-link': {
      const { principal, role, kemKey, limits } = request;
      const plan = withEntry(base, { principal, kind: 'link', role });
      return ifItFits(access, { ...plan, links: byPrincipal([...plan.links, { principal, kemKey, ...limits }]) });
    }
    case 'end-link':
      return { ok: true, plan: without(base, request.principal) };
  }
}

const refused = (reason: MembershipFailure): Planned => ({ ok: false, reason });

const keepsOwner = (plan: EpochPlan): Planned =>
  plan.access.some(({ kind, role }) => kind === 'account' && role === 'owner')
    ? { ok: true, plan }
    : refused('last-owner');

/** What is more than an epoch record may name nobody would take. */
function ifItFits(access: Access, plan: EpochPlan): Planned {
  const { access: people, links } = plan;
  const fits =
    people.length <= MAX_PRINCIPALS && links.length <= MAX_LINKS && devicesIn(access, plan).length <= MAX_DEVICES;
  return fits ? { ok: true, plan } : refused('too-large');
}

const byPrincipal = <T extends { readonly principal: PrincipalId }>(items: readonly T[]): T[] =>
  sortById(items, ({ principal }) => principal);

const withEntry = (plan: EpochPlan, entry: AccessEntry): EpochPlan => ({
  ...plan,
  access: byPrincipal([...plan.access.filter(({ principal }) => principal !== entry.principal), entry]),
});

const without = (plan: EpochPlan, gone: PrincipalId): EpochPlan => ({
  ...plan,
  access: plan.access.filter(({ principal }) => principal !== gone),
  links: plan.links.filter(({ principal }) => principal !== gone),
});

/** [EP5] Whoever is removed or demoted may know them. */
const withoutLinks = (plan: EpochPlan): EpochPlan => ({
  ...plan,
  access: plan.access.filter(({ kind }) => kind !== 'link'),
  links: [],
});
