/** Epoch records and wraps, and the two epochs of the room that the other vectors take place in. */
import { ascending, block, cat, hex, type Json, u8, u16, u32, u64, zeros } from './layout.ts';
import {
  alice,
  bob,
  commentLink,
  type Device,
  dora,
  doraAccount,
  editLink,
  type Link,
  listHash,
  type Person,
  someDevice,
  viewLink,
} from './people.ts';
import { derive, encapsulate, fixed, hash, type Kem, seal } from './primitives.ts';
import {
  chainAfter,
  clearRecord,
  type EpochKey,
  type Header,
  type Position,
  position,
  positionJson,
  recordHash,
  START,
} from './records.ts';

export const ROLES = ['viewer', 'commenter', 'editor', 'owner'] as const;
export type Role = (typeof ROLES)[number];
export const PRINCIPAL_KINDS = ['account', 'link'] as const;

export type Access = {
  readonly principal: Uint8Array;
  readonly kind: (typeof PRINCIPAL_KINDS)[number];
  readonly role: Role;
};
export type LinkLimits = { readonly expiresAt: number; readonly maxUses: number };
type LinkEntry = LinkLimits & { readonly principal: Uint8Array; readonly kemKey: Uint8Array };
export const NO_LIMITS: LinkLimits = { expiresAt: 0, maxUses: 0 };
/** 2026-11-22, in milliseconds. */
const DATE = 1_795_305_600_000;

export type Core = {
  readonly room: Uint8Array;
  readonly epoch: number;
  readonly previous: Uint8Array;
  readonly lastListChange: Uint8Array;
  readonly position: Position;
  readonly date: number;
  readonly newcomers: 'see-all' | 'start-empty';
  readonly segment: number;
  readonly access: readonly Access[];
  readonly lists: readonly { readonly principal: Uint8Array; readonly version: number; readonly hash: Uint8Array }[];
  readonly devices: readonly { readonly device: Uint8Array; readonly prekey: number }[];
  readonly links: readonly LinkEntry[];
  readonly commitment: Uint8Array;
};

export const encodeCore = (core: Core): Uint8Array =>
  cat(
    u8(3),
    core.room,
    u32(core.epoch),
    core.previous,
    core.lastListChange,
    position(core.position),
    u64(core.date),
    u8(core.newcomers === 'see-all' ? 0 : 1),
    u32(core.segment),
    u16(core.access.length),
    ...core.access.flatMap(({ principal, kind, role }) => [
      principal,
      u8(PRINCIPAL_KINDS.indexOf(kind)),
      u8(ROLES.indexOf(role)),
    ]),
    u16(core.lists.length),
    ...core.lists.flatMap((entry) => [entry.principal, u32(entry.version), entry.hash]),
    u16(core.devices.length),
    ...core.devices.flatMap(({ device, prekey }) => [device, u32(prekey)]),
    u16(core.links.length),
    ...core.links.flatMap((entry) => [entry.principal, entry.kemKey, u64(entry.expiresAt), u32(entry.maxUses)]),
    core.commitment,
  );

/** [EP1] */
export const roomIdOf = (core: Core): Uint8Array => hash('room', encodeCore({ ...core, room: zeros(32) }));
export const named = (core: Core): Core => ({ ...core, room: roomIdOf(core) });
export const coreHash = (core: Uint8Array): Uint8Array => hash('core', core);
export const commitment = (secret: Uint8Array, epoch: number, previous: Uint8Array): Uint8Array =>
  derive(secret, 'commitment', u32(epoch), previous);

export const encodeBody = (
  core: Uint8Array,
  lists: readonly Uint8Array[],
  wrapHashes: readonly Uint8Array[],
): Uint8Array => cat(block(core), u16(lists.length), ...lists.map(block), u16(wrapHashes.length), ...wrapHashes);

export type WrapParts = {
  readonly recipient: Uint8Array;
  readonly prekey: number;
  readonly kemSeed: Uint8Array;
  readonly kemKey: Uint8Array;
  readonly encapsulationSeed: Uint8Array;
  readonly nonce: Uint8Array;
  readonly kemCiphertext: Uint8Array;
  readonly sharedSecret: Uint8Array;
  readonly wrapKey: Uint8Array;
  readonly sealedSecret: Uint8Array;
  readonly bytes: Uint8Array;
};
type Recipient = Pick<WrapParts, 'recipient' | 'prekey' | 'kemSeed' | 'kemKey'>;

/** [EP8] */
export function wrap(secret: Uint8Array, core: Uint8Array, to: Recipient, name: string): WrapParts {
  const encapsulationSeed = fixed(`${name} encapsulation ${hex(to.recipient)}`, 64);
  const nonce = fixed(`${name} wrap nonce ${hex(to.recipient)}`, 24);
  const { ciphertext, sharedSecret } = encapsulate(to.kemKey, encapsulationSeed);
  const wrapKey = derive(sharedSecret, 'wrap-key');
  const sealedSecret = seal(wrapKey, nonce, cat(core, to.recipient), secret);
  const bytes = cat(to.recipient, u32(to.prekey), ciphertext, nonce, sealedSecret);
  return { ...to, encapsulationSeed, nonce, kemCiphertext: ciphertext, sharedSecret, wrapKey, sealedSecret, bytes };
}
export const wrapHash = (bytes: Uint8Array): Uint8Array => hash('wrap', bytes);

export type Epoch = {
  readonly core: Core;
  readonly coreBytes: Uint8Array;
  readonly key: EpochKey;
  readonly wraps: readonly WrapParts[];
  readonly lists: readonly Uint8Array[];
  readonly body: Uint8Array;
  readonly header: Header;
  readonly record: Uint8Array;
  readonly signer: Device;
};

type Plan = {
  readonly name: string;
  readonly people: readonly (readonly [Person, Role])[];
  readonly links: readonly (readonly [Link, Role, LinkLimits?])[];
  /** [EP7] Sealed to the account's key, and to this device alone, which signs. */
  readonly home?: { readonly account: Kem; readonly device: Device };
  readonly before: Epoch | null;
  readonly brought: readonly Uint8Array[];
  readonly head: Position;
  readonly counter: number;
};

const byPrincipal = ({ principal }: { readonly principal: Uint8Array }): Uint8Array => principal;

function plannedCore({ people, links, home, before, head, name }: Plan): Core {
  const devices = home ? [home.device] : people.flatMap(([{ devices: own }]) => own);
  const accounts = home
    ? people.map(([{ identity }]) => ({ principal: identity.key, kemKey: home.account.key, ...NO_LIMITS }))
    : [];
  const previous = before ? recordHash(before.record) : zeros(32);
  const epoch = before ? before.core.epoch + 1 : 1;
  const core: Core = {
    room: before ? before.core.room : zeros(32),
    epoch,
    previous,
    lastListChange: previous, // here every epoch changes the access list
    position: head,
    date: DATE + epoch,
    newcomers: 'see-all',
    segment: 0,
    access: ascending(
      [
        ...people.map(([{ identity }, role]) => ({ principal: identity.key, kind: 'account' as const, role })),
        ...links.map(([{ key }, role]) => ({ principal: key, kind: 'link' as const, role })),
      ],
      byPrincipal,
    ),
    lists: ascending(
      people.map(([{ identity, list }]) => ({ principal: identity.key, version: 1, hash: listHash(list) })),
      byPrincipal,
    ),
    devices: ascending(
      devices.map(({ key }) => ({ device: key, prekey: 1 })),
      ({ device }) => device,
    ),
    links: ascending(
      [
        ...accounts,
        ...links.map(([{ key, kem }, , limits = NO_LIMITS]) => ({ principal: key, kemKey: kem.key, ...limits })),
      ],
      byPrincipal,
    ),
    commitment: commitment(fixed(`${name} secret`), epoch, previous),
  };
  return before ? core : named(core);
}

function makeEpoch(plan: Plan): Epoch {
  const core = plannedCore(plan);
  const coreBytes = encodeCore(core);
  const key: EpochKey = { epoch: core.epoch, coreHash: coreHash(coreBytes), secret: fixed(`${plan.name} secret`) };
  const deviceOf = new Map<string, Device>(
    plan.people.flatMap(([{ devices }]) => devices.map((device) => [hex(device.key), device] as const)),
  );
  const kemOf = new Map<string, Kem>(plan.links.map(([link]) => [hex(link.key), link.kem] as const));
  for (const [{ identity }] of plan.people) if (plan.home) kemOf.set(hex(identity.key), plan.home.account);
  const signer = plan.home?.device ?? someDevice;
  const recipients: Recipient[] = [
    ...core.devices.map(({ device, prekey }) => {
      const { prekey: own } = deviceOf.get(hex(device)) as Device;
      return { recipient: device, prekey, kemSeed: own.seed, kemKey: own.key };
    }),
    ...core.links.map(({ principal }) => {
      const kem = kemOf.get(hex(principal)) as Kem;
      return { recipient: principal, prekey: 0, kemSeed: kem.seed, kemKey: kem.key };
    }),
  ];
  const wraps = recipients.map((recipient) => wrap(key.secret, key.coreHash, recipient, plan.name));
  const body = encodeBody(
    coreBytes,
    plan.brought,
    wraps.map(({ bytes }) => wrapHash(bytes)),
  );
  const header = epochHeader(core, plan.head, plan.counter, signer);
  return {
    core,
    coreBytes,
    key,
    wraps,
    lists: plan.brought,
    body,
    header,
    record: clearRecord(header, body, signer),
    signer,
  };
}

export const epochHeader = (core: Core, head: Position, counter: number, by: Device = someDevice): Header => ({
  kind: 'epoch',
  class: 'none',
  segment: 0,
  room: core.room,
  epoch: core.epoch,
  sender: by.key,
  counter,
  head,
  units: 0,
  cover: null,
});

/** A guest's new document: Alice as owner, an edit link and a view link. */
export const epoch1 = makeEpoch({
  name: 'epoch 1',
  people: [[alice, 'owner']],
  links: [
    [editLink, 'editor'],
    [viewLink, 'viewer'],
  ],
  before: null,
  brought: [alice.list],
  head: START,
  counter: 1,
});
export const afterEpoch1 = chainAfter(START, recordHash(epoch1.record));

/** Bob comes, with two devices; a comment link is added. */
export const epoch2 = makeEpoch({
  name: 'epoch 2',
  people: [
    [alice, 'owner'],
    [bob, 'editor'],
  ],
  links: [
    [editLink, 'editor'],
    [viewLink, 'viewer'],
    [commentLink, 'commenter', { expiresAt: DATE + 86_400_000, maxUses: 5 }],
  ],
  before: epoch1,
  brought: [bob.list],
  head: afterEpoch1,
  counter: 2,
});

/** Dora's home. Her phone was just added and has told nobody its prekey: it reads by the account's key. */
export const home = makeEpoch({
  name: 'home',
  people: [[dora, 'owner']],
  links: [],
  home: { account: doraAccount, device: dora.devices[0] as Device },
  before: null,
  brought: [dora.list],
  head: START,
  counter: 1,
});

export const coreJson = (core: Core): Json => ({
  room: hex(core.room),
  epoch: core.epoch,
  previous: hex(core.previous),
  lastListChange: hex(core.lastListChange),
  position: positionJson(core.position),
  date: core.date,
  newcomers: core.newcomers,
  segment: core.segment,
  access: core.access.map(({ principal, kind, role }) => ({ principal: hex(principal), kind, role })),
  lists: core.lists.map((entry) => ({
    principal: hex(entry.principal),
    version: entry.version,
    hash: hex(entry.hash),
  })),
  devices: core.devices.map(({ device, prekey }) => ({ device: hex(device), prekey })),
  links: core.links.map(({ principal, kemKey, ...limits }) => ({
    principal: hex(principal),
    kemKey: hex(kemKey),
    ...limits,
  })),
  commitment: hex(core.commitment),
});
