/** Epochs made by hand, before something in them is changed. */
import { type EpochDraft, type SealedEpoch, sealEpoch } from '../../../../src/engine/epochs/epoch-record.ts';
import type { Identity } from '../../../../src/engine/epochs/identity.ts';
import { commitment, type Recipient, wrapSecret } from '../../../../src/engine/epochs/wraps.ts';
import { clearRecord } from '../../../../src/engine/seal/record-seal.ts';
import { blake2b, KEY_BYTES } from '../../../../src/engine/seal/sodium.ts';
import type { Access } from '../../../../src/wire/access.ts';
import { decodeDeviceList, deviceListHash, sortById } from '../../../../src/wire/device-list.ts';
import {
  type AccessEntry,
  coreHash,
  type EpochCore,
  encodeCore,
  encodeEpochBody,
  wrapHash,
} from '../../../../src/wire/epoch.ts';
import { renewalAccess } from '../../../../src/wire/epoch-access.ts';
import type { DeviceId, Hash, Position } from '../../../../src/wire/ids.ts';
import { decodePrekey } from '../../../../src/wire/prekey.ts';
import { NO_STREAM } from '../../../../src/wire/record.ts';
import type { SeededRandom } from '../seeded-random.ts';

export const byPrincipal = (entries: readonly AccessEntry[]): AccessEntry[] =>
  sortById(entries, ({ principal }) => principal);

/** Whoever signs: a member, or anybody else. */
export type Signer = { readonly identity: Identity; readonly counter: number };
/** The newest prekeys, as the relay's directory has them. */
export type Directory = (device: DeviceId) => Uint8Array | undefined;

export type Draft = Omit<EpochDraft, 'counter' | 'head'>;

/** Found old at once, and renewed by whoever writes next; or to come, which counts as now, so that people write in it. */
const DATES = [0, 4_000_000_000_000];

/** An honest renewal by `identity`, to be changed. */
export function renewal(
  access: Access,
  at: Position,
  identity: Identity,
  directory: Directory,
  random: SeededRandom,
): Draft {
  const secret = random.bytes(KEY_BYTES);
  const people = renewalAccess(access);
  const links = access.core.links.filter(({ principal }) => people.some((entry) => entry.principal === principal));
  const accounts = people.filter(({ kind }) => kind === 'account');
  const lists = accounts.flatMap(({ principal }) => {
    const known = access.lists.get(principal);
    return known ? [{ principal, version: known.version, hash: known.hash, devices: known.devices }] : [];
  });
  const named = sortById(
    lists
      .flatMap(({ devices }) => devices)
      .flatMap((id): (Recipient & { readonly id: DeviceId })[] => {
        if (id === identity.device) return [{ id, prekey: identity.prekeyId, kemKey: identity.prekey.publicKey }];
        const signed = directory(id);
        const prekey = signed && decodePrekey(signed).prekey;
        const before = access.core.devices.find(({ device }) => device === id)?.prekey ?? 0;
        return prekey && prekey.id >= before ? [{ id, prekey: prekey.id, kemKey: prekey.kemKey }] : [];
      }),
    ({ id }) => id,
  );
  const epoch = access.epoch + 1;
  const core: EpochCore = {
    room: access.room,
    epoch,
    previous: access.epochHash,
    lastListChange: access.lastListChange,
    position: at,
    date: random.pick(DATES),
    access: people,
    lists: lists.map(({ principal, version, hash }) => ({ principal, version, hash })),
    devices: named.map(({ id, prekey }) => ({ device: id, prekey })),
    links,
    newcomers: access.core.newcomers,
    segment: access.core.segment,
    commitment: commitment(secret, epoch, access.epochHash),
  };
  const lasting = links.map(({ principal, kemKey }) => ({ id: principal, prekey: 0, kemKey }));
  return { core, secret, recipients: [...named, ...lasting], lists: [] };
}

export const sealed = (draft: Draft, { identity, counter }: Signer, random: SeededRandom): SealedEpoch =>
  sealEpoch(identity, { ...draft, counter, head: draft.core.position }, random);

/** The epoch with other wraps than its secret's for some. */
export function withWraps(
  { core, secret, recipients, lists }: Draft,
  { identity, counter }: Signer,
  random: SeededRandom,
  wrapFor: (recipient: Recipient, honest: () => Uint8Array, hash: Hash) => Uint8Array,
): Pick<SealedEpoch, 'record' | 'wraps'> {
  const bytes = encodeCore(core);
  const hash = coreHash(blake2b, bytes);
  const wraps = recipients.map((recipient) =>
    wrapFor(recipient, () => wrapSecret(secret, hash, recipient, random), hash),
  );
  const header = {
    kind: 'epoch' as const,
    stream: NO_STREAM,
    room: core.room,
    epoch: core.epoch,
    sender: identity.device,
    counter,
    head: core.position,
    units: 0,
    cover: null,
  };
  const body = encodeEpochBody(
    bytes,
    lists,
    wraps.map((wrap) => wrapHash(blake2b, wrap)),
  );
  return { record: clearRecord(header, body, identity.signing), wraps };
}

/** With somebody else in it, and sealed to them. */
export function withMember(
  draft: Draft,
  identity: Pick<Identity, 'principal' | 'list'>,
  recipients: readonly Recipient[],
): Draft {
  const { core } = draft;
  const { list } = decodeDeviceList(identity.list);
  const entry = { principal: identity.principal, kind: 'account' as const, role: 'editor' as const };
  const others = core.access.filter(({ principal }) => principal !== identity.principal);
  const lists = core.lists.filter(({ principal }) => principal !== identity.principal);
  const named = { principal: identity.principal, version: list.version, hash: deviceListHash(blake2b, identity.list) };
  const devices = sortById(
    [...core.devices, ...recipients.map(({ id, prekey }) => ({ device: id as DeviceId, prekey }))],
    ({ device }) => device,
  );
  const inOrder = devices.flatMap(({ device }) =>
    [...draft.recipients, ...recipients].filter(({ id }) => id === device),
  );
  return {
    ...draft,
    core: {
      ...core,
      access: byPrincipal([...others, entry]),
      lists: sortById([...lists, named], ({ principal }) => principal),
      devices,
    },
    recipients: [
      ...inOrder,
      ...draft.recipients.filter(({ id }) => core.links.some(({ principal }) => principal === id)),
    ],
    lists: [identity.list],
  };
}

export const recipientOf = ({ device, prekeyId, prekey }: Identity): Recipient => ({
  id: device,
  prekey: prekeyId,
  kemKey: prekey.publicKey,
});

export const withStranger = (draft: Draft, stranger: Identity): Draft =>
  withMember(draft, stranger, [recipientOf(stranger)]);
