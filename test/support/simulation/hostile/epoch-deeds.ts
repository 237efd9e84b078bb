/**
 * Epochs that their signer must not write, or writes so that somebody is shut out. All are what an honest device would have made but
 * for one thing [EP3]–[EP9].
 */
import type { SealedEpoch } from '../../../../src/engine/epochs/epoch-record.ts';
import { type Identity, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { type Recipient, wrapSecret } from '../../../../src/engine/epochs/wraps.ts';
import { blake2b, KEY_BYTES, type SigningKey, sign, signingKeyFromSeed } from '../../../../src/engine/seal/sodium.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { concatBytes } from '../../../../src/wire/bytes.ts';
import {
  decodeDeviceList,
  deviceListHash,
  deviceListSignedBytes,
  encodeDeviceList,
  listingSignedBytes,
  sortById,
} from '../../../../src/wire/device-list.ts';
import { type AccessEntry, type EpochCore, WRAP_BYTES } from '../../../../src/wire/epoch.ts';
import { type DeviceId, hashId, type PrincipalId, ZERO_HASH } from '../../../../src/wire/ids.ts';
import type { SeededRandom } from '../seeded-random.ts';
import {
  type Directory,
  type Draft,
  recipientOf,
  renewal,
  type Signer,
  sealed,
  withMember,
  withStranger,
  withWraps,
} from './epoch-drafts.ts';
import type { EpochDeed, HostileAccount } from './hostile-account.ts';

type Made = Omit<EpochDeed, 'kind'>;
export type Scene = {
  readonly member: HostileAccount;
  readonly access: Access;
  readonly directory: Directory;
  readonly random: SeededRandom;
  /** Accounts that were in once and are not now, with their lists. */
  readonly removed: readonly { readonly principal: PrincipalId; readonly list: Uint8Array }[];
};
type Attempt = (scene: Scene, draft: Draft, signer: Signer) => Made | null;

const refused = (draft: Draft, signer: Signer, { random }: Scene): Made => ({
  fate: 'refused',
  sealed: sealed(draft, signer, random),
});
const withCore = (draft: Draft, changes: Partial<EpochCore>): Draft => ({
  ...draft,
  core: { ...draft.core, ...changes },
});

const addsStranger: Attempt = (scene, draft, signer) =>
  refused(withStranger(draft, makeIdentity(scene.random, 0)), signer, scene);

const addsRemoved: Attempt = (scene, draft, signer) =>
  scene.removed.length === 0 ? null : refused(withMember(draft, scene.random.pick(scene.removed), []), signer, scene);

/** Another role for somebody in the access list. */
const withRole =
  (pick: (scene: Scene) => PrincipalId | undefined, role: AccessEntry['role']): Attempt =>
  (scene, draft, signer) => {
    const principal = pick(scene);
    if (!principal) return null;
    const access = draft.core.access.map((entry) => (entry.principal === principal ? { ...entry, role } : entry));
    return refused(withCore(draft, { access }), signer, scene);
  };
const anOwner = ({ access, random }: Scene): PrincipalId | undefined => {
  const owners = [...access.members].filter(([, { kind, role }]) => kind === 'account' && role === 'owner');
  return owners.length > 0 ? random.pick(owners)[0] : undefined;
};

const removesOwner: Attempt = (scene, draft, signer) => {
  const gone = anOwner(scene);
  const { core } = draft;
  const own = new Set(scene.access.lists.get(gone as PrincipalId)?.devices);
  return refused(
    {
      ...draft,
      core: {
        ...core,
        access: core.access.filter(({ principal }) => principal !== gone),
        lists: core.lists.filter(({ principal }) => principal !== gone),
        devices: core.devices.filter(({ device }) => !own.has(device)),
      },
      recipients: draft.recipients.filter(({ id }) => !own.has(id as DeviceId)),
    },
    signer,
    scene,
  );
};

/** The next list of an account, with this device alone on it, as `signing` would have it. */
function listBy(account: PrincipalId, access: Access, device: Identity, signing: SigningKey): Uint8Array {
  const known = access.lists.get(account);
  const unsigned = encodeDeviceList({
    principal: account,
    version: (known?.version ?? 0) + 1,
    previous: known?.hash ?? ZERO_HASH,
    devices: [device.device],
    listings: [sign(listingSignedBytes(account), device.signing)],
  });
  return concatBytes(unsigned, sign(deviceListSignedBytes(unsigned), signing));
}

/** A device of its own under somebody else's name: only that account's identity key can list it. */
const forgesList: Attempt = (scene, draft, signer) => {
  const { member, access, random } = scene;
  const victims = draft.core.lists.filter(({ principal }) => principal !== member.identity.principal);
  if (victims.length === 0) return null;
  const { principal } = random.pick(victims);
  const ghost = makeIdentity(random, 0);
  const list = listBy(principal, access, ghost, signer.identity.signing);
  const forged = { principal, version: decodeDeviceList(list).list.version, hash: deviceListHash(blake2b, list) };
  const gone = new Set(access.lists.get(principal)?.devices);
  const lists = draft.core.lists.map((entry) => (entry.principal === principal ? forged : entry));
  const devices = draft.core.devices.filter(({ device }) => !gone.has(device));
  const recipients = draft.recipients.filter(({ id }) => !gone.has(id as DeviceId));
  return refused({ ...withCore(draft, { lists, devices }), recipients, lists: [list] }, signer, scene);
};

/** Somebody else's device on a list of its own: that device has not signed that it belongs there [DL4]. */
const takesDevice: Attempt = (scene, draft, signer) => {
  const { member, access, random } = scene;
  const { identity } = member;
  const victims = draft.core.devices.filter(({ device }) => device !== identity.device);
  const seed = identity.identitySeed;
  if (victims.length === 0 || !seed) return null;
  const taken = { ...identity, device: random.pick(victims).device };
  const list = listBy(identity.principal, access, taken, signingKeyFromSeed(seed));
  const named = {
    principal: identity.principal,
    version: decodeDeviceList(list).list.version,
    hash: deviceListHash(blake2b, list),
  };
  const lists = draft.core.lists.map((entry) => (entry.principal === identity.principal ? named : entry));
  return refused({ ...withCore(draft, { lists }), lists: [list] }, signer, scene);
};

const namesOlderList: Attempt = (scene, draft, signer) => {
  const entry = scene.random.pick(draft.core.lists);
  const older = { ...entry, version: entry.version - 1, hash: hashId(scene.random.bytes(32)) };
  const lists = draft.core.lists.map((one) => (one === entry ? older : one));
  return refused(withCore(draft, { lists }), signer, scene);
};

const sealsToStranger: Attempt = (scene, draft, signer) => {
  const stranger = recipientOf(makeIdentity(scene.random, 0));
  const devices = sortById(
    [...draft.core.devices, { device: stranger.id as DeviceId, prekey: 1 }],
    ({ device }) => device,
  );
  const all = [...draft.recipients, stranger];
  const recipients = [
    ...devices.flatMap(({ device }) => all.filter(({ id }) => id === device)),
    ...draft.recipients.filter(({ id }) => draft.core.links.some(({ principal }) => principal === id)),
  ];
  return refused({ ...withCore(draft, { devices }), recipients }, signer, scene);
};

const changesLink =
  (change: (scene: Scene) => Partial<EpochCore['links'][number]>): Attempt =>
  (scene, draft, signer) => {
    if (draft.core.links.length === 0) return null;
    const link = scene.random.pick(draft.core.links);
    const links = draft.core.links.map((one) => (one === link ? { ...one, ...change(scene) } : one));
    return refused(withCore(draft, { links }), signer, scene);
  };

const others = (draft: Draft, { identity }: Signer): Recipient[] =>
  draft.recipients.filter(({ id }) => id !== identity.device);

/** `garbage`: a wrap that nobody can open. `another secret`: not the one that the epoch commits to. */
export type ShutsOut = 'garbage' | 'another secret';

/** An epoch that some cannot open. Null: there are none of those. */
function shutOutOf(
  draft: Draft,
  signer: Signer,
  random: SeededRandom,
  how: ShutsOut,
  isVictim: (recipient: Recipient['id']) => boolean,
): Made | null {
  const victims = new Set(others(draft, signer).filter(({ id }) => isVictim(id)));
  if (victims.size === 0) return null;
  const made = withWraps(draft, signer, random, (recipient, honest, hash) => {
    if (!victims.has(recipient)) return honest();
    if (how === 'another secret') return wrapSecret(random.bytes(KEY_BYTES), hash, recipient, random);
    // Whom it is for stays legible.
    return new Uint8Array([...honest().subarray(0, 36), ...random.bytes(WRAP_BYTES - 36)]);
  });
  return { fate: 'counts', sealed: made, isBadWrap: true };
}

const shutsOut =
  (how: ShutsOut): Attempt =>
  ({ random }, draft, signer) =>
    shutOutOf(draft, signer, random, how, () => random.chance(0.6));

/** Allowed: a device whose prekey is not known is left out just so. */
const leavesOut: Attempt = ({ random }, draft, signer) => {
  const devices = draft.core.devices.filter(({ device }) => device !== signer.identity.device);
  if (devices.length === 0) return null;
  const { device: gone } = random.pick(devices);
  const core = { ...draft.core, devices: draft.core.devices.filter(({ device }) => device !== gone) };
  const recipients = draft.recipients.filter(({ id }) => id !== gone);
  return { fate: 'counts', sealed: sealed({ ...draft, core, recipients }, signer, random) };
};

const honest: Attempt = ({ random }, draft, signer) => ({ fate: 'counts', sealed: sealed(draft, signer, random) });

const ANYBODY = [
  [2, 'seals to a stranger', sealsToStranger],
  [2, 'names an older device list', namesOlderList],
  [2, 'another key for a link', changesLink(({ random }) => ({ kemKey: random.bytes(1216) }))],
  [1, 'other limits for a link', changesLink(() => ({ expiresAt: 0, maxUses: 1_000_000 }))],
  [2, 'a list in another’s name', forgesList],
  [2, 'another’s device on its own list', takesDevice],
] as const satisfies readonly (readonly [number, string, Attempt])[];

const NO_OWNER = [
  [4, 'adds a stranger', addsStranger],
  [3, 'adds somebody who was removed', addsRemoved],
  [3, 'makes itself an owner', withRole(({ member }) => member.identity.principal, 'owner')],
  [2, 'demotes an owner', withRole(anOwner, 'viewer')],
  [2, 'removes an owner', removesOwner],
] as const satisfies readonly (readonly [number, string, Attempt])[];

const SHUTS_OUT = [
  [2, 'wraps that do not open', shutsOut('garbage')],
  [2, 'different secrets', shutsOut('another secret')],
  [1, 'leaves a device out', leavesOut],
] as const satisfies readonly (readonly [number, string, Attempt])[];

const WEIGHTED = {
  owner: [...ANYBODY, ...SHUTS_OUT],
  editor: [...ANYBODY, ...NO_OWNER, ...SHUTS_OUT],
  viewer: [[2, 'a viewer’s renewal', (scene, draft, signer) => refused(draft, signer, scene)], ...NO_OWNER],
} as const satisfies Record<string, readonly (readonly [number, string, Attempt])[]>;

/** Every kind of epoch, by the name under which it is counted. */
export const KINDS_OF_EPOCH: readonly string[] = [
  ...new Set(
    Object.values(WEIGHTED)
      .flat()
      .map(([, kind]) => kind),
  ),
];

/** Undefined: what was drawn cannot be done now. */
export function nextEpochDeed(scene: Scene): EpochDeed | undefined {
  const { member, access, directory, random } = scene;
  const { identity } = member;
  const draft = renewal(access, member.reader.position, identity, directory, random);
  const list: readonly (readonly [number, string, Attempt])[] = WEIGHTED[member.role];
  const { kind, attempt } = random.weighted(
    list.map(([weight, name, run]) => [weight, { kind: name, attempt: run }] as const),
  );
  const made = attempt(scene, draft, { identity, counter: member.nextCounter() });
  return made ? { kind, ...made } : undefined;
}

/** An epoch that shuts out whom `isVictim` says. Undefined: it is sealed to none of them. */
export function shutOut(
  scene: Scene,
  how: ShutsOut,
  isVictim: (recipient: Recipient['id']) => boolean,
): EpochDeed | undefined {
  const { member, access, directory, random } = scene;
  const draft = renewal(access, member.reader.position, member.identity, directory, random);
  const made = shutOutOf(draft, { identity: member.identity, counter: member.nextCounter() }, random, how, isVictim);
  return made ? { kind: how, ...made } : undefined;
}

/** Two epochs of one number, both as they should be. */
export function twoEpochs(scene: Scene): readonly [EpochDeed, SealedEpoch] {
  const { member, access, directory, random } = scene;
  const signer = { identity: member.identity, counter: member.nextCounter() };
  const draft = (): Draft => renewal(access, member.reader.position, member.identity, directory, random);
  const first = honest(scene, draft(), signer) as Made;
  return [{ kind: 'two epochs for one number', ...first }, sealed(draft(), signer, random)];
}
