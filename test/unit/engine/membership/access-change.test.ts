import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeRoom } from '../../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { linkKeys } from '../../../../src/engine/epochs/link-keys.ts';
import { makeNextEpoch, ownPrekey, withinLimit } from '../../../../src/engine/epochs/next-epoch.ts';
import { unwrapSecret } from '../../../../src/engine/epochs/wraps.ts';
import { type AccessRequest, isMet, planOf } from '../../../../src/engine/membership/access-change.ts';
import { blake2b, sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { accessAfter } from '../../../../src/wire/access-after.ts';
import { decodeWrap, NO_LIMITS } from '../../../../src/wire/epoch.ts';
import { type DeviceId, deviceId, type PrincipalId } from '../../../../src/wire/ids.ts';
import { MAX_DEVICES, MAX_LINKS } from '../../../../src/wire/limits.ts';
import { LINK_ROLES } from '../../../../src/wire/link.ts';
import { parseRecord } from '../../../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { ROLES } from '../../../../src/wire/roles.ts';

/** The first one makes the room. */
let people: readonly Identity[];
let links: readonly ReturnType<typeof linkKeys>[];

beforeAll(async () => {
  await sodiumReady();
  people = Array.from({ length: 4 }, () => makeIdentity(nodeRandom, 0));
  links = Array.from({ length: 3 }, () => linkKeys(nodeRandom.bytes(32)));
});

/** A room's chain, as each of its people follows it. */
class Chain {
  access: Access;
  seq = 1;
  #counters = new Map<DeviceId, number>();

  constructor() {
    const made = makeRoom(this.person(0), nodeRandom, 0);
    this.access = this.#judged(null, made.record);
    this.#counters.set(this.person(0).device, made.counter);
  }
  person(index: number): Identity {
    return people[index % people.length] as Identity;
  }
  #judged(access: Access | null, record: Uint8Array): Access {
    const judged = accessAfter(blake2b, access, parseRecord(decodeRecord(record)), this.seq);
    if (!judged.ok) throw new Error(`${judged.reason}: ${judged.detail}`);
    return judged.value;
  }

  /** What somebody asks for. The chain goes on if there is a plan for it; throws if the rules refuse what was planned. */
  ask(asker: Identity, request: AccessRequest) {
    const planned = planOf(this.access, asker.principal, request);
    if (!planned.ok) return planned;
    const counter = (this.#counters.get(asker.device) ?? 0) + 1;
    const at = { counter, position: { seq: this.seq, hash: this.access.epochHash }, date: 0 };
    const prekeyOf = (device: DeviceId) => {
      const signed = people.find((person) => person.device === device)?.signedPrekey;
      return signed && ownPrekey(device, signed);
    };
    const sealed = makeNextEpoch(asker, this.access, planned.plan, at, prekeyOf, nodeRandom);
    this.seq++;
    this.#counters.set(asker.device, counter);
    const before = this.access;
    this.access = this.#judged(before, sealed.record);
    return { ...planned, before, sealed };
  }
}

const who = fc.nat({ max: 3 });
const wish = fc.oneof(
  fc.record({ type: fc.constant('add' as const), who, role: fc.constantFrom(...ROLES) }),
  fc.record({ type: fc.constant('role' as const), who, role: fc.constantFrom(...ROLES) }),
  fc.record({ type: fc.constant('remove' as const), who }),
  fc.record({
    type: fc.constant('make-link' as const),
    limits: fc.record({ expiresAt: fc.maxSafeNat(), maxUses: fc.nat() }),
    link: fc.nat({ max: 2 }),
    role: fc.constantFrom(...LINK_ROLES),
  }),
  fc.record({ type: fc.constant('end-link' as const), link: fc.nat({ max: 2 }) }),
  fc.record({ type: fc.constant('renew' as const) }),
);
const asked = fc.array(fc.record({ asker: who, wish }), { minLength: 1, maxLength: 12 });

function requestOf(chain: Chain, wanted: typeof wish extends fc.Arbitrary<infer T> ? T : never): AccessRequest {
  if (wanted.type === 'renew') return { type: 'renew', after: chain.access.epoch };
  if (wanted.type === 'make-link' || wanted.type === 'end-link') {
    const { principal, kem } = links[wanted.link] as ReturnType<typeof linkKeys>;
    return wanted.type === 'end-link'
      ? { type: 'end-link', principal }
      : { type: 'make-link', principal, role: wanted.role, kemKey: kem.publicKey, limits: wanted.limits };
  }
  const { principal, list } = chain.person(wanted.who);
  return wanted.type === 'add' ? { ...wanted, principal, deviceList: list } : { ...wanted, principal };
}

describe('a room that is full', () => {
  const strangers = (count: number): DeviceId[] =>
    Array.from({ length: count }, (_, i) => deviceId(new Uint8Array(32).fill(i >> 8, 0, 1).fill(i & 255, 1, 2)));

  it('lets nobody else in, and says so, where their devices are more than an epoch may name', () => {
    const chain = new Chain();
    const [ann, bob] = [chain.person(0), chain.person(1)];
    const { principal, list } = bob;
    const add: AccessRequest = { type: 'add', principal, role: 'editor', deviceList: list };
    const withDevices = (count: number): Access => {
      const own = chain.access.lists.get(ann.principal) ?? expect.fail();
      return { ...chain.access, lists: new Map([[ann.principal, { ...own, devices: strangers(count) }]]) };
    };
    expect(planOf(withDevices(MAX_DEVICES), ann.principal, add)).toEqual({ ok: false, reason: 'too-large' });
    expect(planOf(withDevices(MAX_DEVICES - 1), ann.principal, add).ok).toBe(true);
    // Whoever is in stays: what leaves somebody behind must not fail for this.
    const renewal: AccessRequest = { type: 'renew', after: chain.access.epoch };
    expect(planOf(withDevices(MAX_DEVICES + 1), ann.principal, renewal).ok).toBe(true);
  });

  it('takes no more links than an epoch may name', () => {
    const chain = new Chain();
    const made = (count: number) => {
      const entries = strangers(count).map((id) => ({
        principal: id as string as PrincipalId,
        kemKey: new Uint8Array(),
      }));
      const core = { ...chain.access.core, links: entries.map((entry) => ({ ...entry, ...NO_LIMITS })) };
      const access = entries.map(({ principal }) => ({ principal, kind: 'link' as const, role: 'viewer' as const }));
      const members = new Map([...chain.access.members, ...access.map((entry) => [entry.principal, entry] as const)]);
      return { ...chain.access, core: { ...core, access: [...core.access, ...access] }, members };
    };
    const { principal, kem } = links[0] ?? expect.fail();
    const make: AccessRequest = {
      type: 'make-link',
      principal,
      role: 'viewer',
      kemKey: kem.publicKey,
      limits: NO_LIMITS,
    };
    const owner = chain.person(0).principal;
    expect(planOf(made(MAX_LINKS), owner, make)).toEqual({ ok: false, reason: 'too-large' });
    expect(planOf(made(MAX_LINKS - 1), owner, make).ok).toBe(true);
  });

  it('[EP7] leaves out of the next epoch those devices that had no place in the one before', () => {
    const all = strangers(MAX_DEVICES + 2).map((id) => ({ id }));
    const late = new Set([all[0]?.id, all[7]?.id]);
    const kept = withinLimit(all, ({ id }) => (late.has(id) ? 2 : 1));
    expect(kept).toEqual(all.filter(({ id }) => !late.has(id)));
    expect(withinLimit(all.slice(5), () => 1)).toEqual(all.slice(5));
  });
});

describe('asking for another access list', () => {
  it('[EP4] gives an epoch that the rules take and that is as it was asked for, or a reason', () => {
    fc.assert(
      fc.property(asked, (wishes) => {
        const chain = new Chain();
        for (const { asker, wish: wanted } of wishes) {
          const { access: before } = chain;
          const request = requestOf(chain, wanted);
          if (isMet(before, request)) continue;
          const done = chain.ask(chain.person(asker), request);
          if (done.ok) expect(isMet(chain.access, request)).toBe(true);
          else expect(chain.access).toBe(before);
          const owners = [...chain.access.members.values()].filter(
            ({ role, kind }) => role === 'owner' && kind === 'account',
          );
          expect(owners.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('[EP4] changes nothing for whoever is no owner, but for a fresh secret', () => {
    fc.assert(
      fc.property(asked, fc.constantFrom('editor', 'commenter', 'viewer'), (wishes, role) => {
        const chain = new Chain();
        const guest = chain.person(1);
        chain.ask(chain.person(0), { type: 'add', principal: guest.principal, role, deviceList: guest.list });
        for (const { wish: wanted } of wishes) {
          const request = requestOf(chain, wanted);
          if (isMet(chain.access, request) || request.type === 'renew') continue;
          expect(chain.ask(guest, request)).toEqual({ ok: false, reason: 'not-owner' });
        }
        const renewed = chain.ask(guest, { type: 'renew', after: chain.access.epoch });
        expect(renewed.ok).toBe(role !== 'viewer');
      }),
      { numRuns: 20 },
    );
  });

  it('[EP7] seals nothing to whoever is removed', () => {
    const chain = new Chain();
    const [owner, guest] = [chain.person(0), chain.person(1)];
    const { principal, device } = guest;
    chain.ask(owner, { type: 'add', principal, role: 'editor', deviceList: guest.list });
    expect(chain.access.core.devices.map((entry) => entry.device)).toContain(device);
    expect(chain.ask(owner, { type: 'remove', principal }).ok).toBe(true);
    expect(chain.access.core.devices.map((entry) => entry.device)).toEqual([owner.device]);
  });

  it('[EP7] gives the secret to everybody who is in and to nobody who is out', () => {
    fc.assert(
      fc.property(asked, (wishes) => {
        const chain = new Chain();
        for (const { wish: wanted } of wishes) {
          const request = requestOf(chain, wanted);
          const done = isMet(chain.access, request) ? undefined : chain.ask(chain.person(0), request);
          if (!done?.ok || !('sealed' in done)) continue;
          const { wraps, key } = done.sealed;
          for (const person of people) {
            const wrap = wraps.find((bytes) => decodeWrap(bytes).recipient === person.device);
            expect(wrap !== undefined).toBe(chain.access.members.has(person.principal));
            const { core } = chain.access;
            const opened =
              wrap && unwrapSecret(wrap, core, chain.access.coreHash, person.device, person.prekey.secretKey);
            if (opened) expect(opened).toMatchObject({ ok: true, value: { secret: key.secret } });
          }
          for (const { principal } of links)
            expect(wraps.some((bytes) => decodeWrap(bytes).recipient === principal)).toBe(
              chain.access.members.has(principal),
            );
        }
      }),
      { numRuns: 30 },
    );
  });

  it('[EP5] ends all links where somebody is removed or gets a weaker role', () => {
    const chain = new Chain();
    const { principal, list } = chain.person(1);
    const add = { type: 'add', principal, role: 'editor', deviceList: list } as const;
    const kinds = (): string[] => [...chain.access.members.values()].map(({ kind }) => kind);
    chain.ask(chain.person(0), add);
    expect(kinds().filter((kind) => kind === 'link')).toHaveLength(2);
    chain.ask(chain.person(0), { type: 'role', principal, role: 'owner' });
    expect(kinds().filter((kind) => kind === 'link')).toHaveLength(2);
    chain.ask(chain.person(0), { type: 'role', principal, role: 'viewer' });
    expect(kinds()).toEqual(['account', 'account']);
  });

  it('[EP11] nobody removes itself: one leaves', () => {
    const chain = new Chain();
    const [first, second] = [chain.person(0), chain.person(1)];
    const deviceList = second.list;
    chain.ask(first, { type: 'add', principal: second.principal, role: 'owner', deviceList });
    const { principal } = first;
    expect(chain.ask(first, { type: 'remove', principal })).toEqual({ ok: false, reason: 'wrong-state' });
    expect(chain.ask(second, { type: 'remove', principal })).toMatchObject({ ok: true });
  });

  it('keeps an owner, and says so', () => {
    const chain = new Chain();
    const { principal } = chain.person(0);
    expect(chain.ask(chain.person(0), { type: 'remove', principal })).toEqual({ ok: false, reason: 'last-owner' });
    expect(chain.ask(chain.person(0), { type: 'role', principal, role: 'editor' })).toMatchObject({
      reason: 'last-owner',
    });
  });
});
