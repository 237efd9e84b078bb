/** Arbitrary values of every wire structure, and of the plaintexts inside records. */
import fc from 'fast-check';
import type { PresenceSignal } from '../../../src/engine/rooms/signal-body.ts';
import type { SnapshotBody } from '../../../src/engine/rooms/snapshot-body.ts';
import type { UpdateBody } from '../../../src/engine/rooms/update-body.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import type { ClientFrame } from '../../../src/wire/client-frames.ts';
import { type DeviceList, decodeDeviceList, encodeDeviceList, sortById } from '../../../src/wire/device-list.ts';
import { type EpochCore, encodeCore, encodeEpochBody, WRAP_BYTES, type Wrap } from '../../../src/wire/epoch.ts';
import {
  type DeviceId,
  deviceId,
  type Hash,
  hashId,
  type Position,
  type PrincipalId,
  principalId,
  roomId,
} from '../../../src/wire/ids.ts';
import { encodeInvitation } from '../../../src/wire/invitation.ts';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import type { Link } from '../../../src/wire/link.ts';
import type { OpenProof } from '../../../src/wire/open-proof.ts';
import { KEM_CIPHERTEXT_BYTES, KEM_PUBLIC_KEY_BYTES, PREKEY_BYTES, type Prekey } from '../../../src/wire/prekey.ts';
import { type Header, isSealed, KINDS } from '../../../src/wire/record.ts';
import { REASONS } from '../../../src/wire/refusals.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import { ROLES } from '../../../src/wire/roles.ts';

export const bytes = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });
export const someBytes = (maxLength: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ maxLength });
const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const u64 = fc.oneof(fc.maxSafeNat(), fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER));
const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.oneof(fc.string({ unit: 'binary', maxLength }), fc.constant('\ufeff'), fc.constant('\0'));
const signature = bytes(64);

const room = bytes(32).map(roomId);
const device = bytes(32).map(deviceId);
const principal = bytes(32).map(principalId);
const hash = bytes(32).map(hashId);
const position: fc.Arbitrary<Position> = fc.record({ seq: u64, hash });

/** A set, as it goes over the wire: ascending, without repetition. */
const keyed = <T extends object, I extends DeviceId | PrincipalId>(
  entry: fc.Arbitrary<T>,
  id: (item: T) => I,
  maxLength: number,
): fc.Arbitrary<T[]> =>
  fc.uniqueArray(entry, { selector: id, maxLength }).map((items) => sortById(items, (item) => id(item)));

export const header: fc.Arbitrary<Header> = fc.constantFrom(...KINDS).chain((kind) => {
  const streamed = kind === 'update' || kind === 'snapshot';
  return fc.record({
    kind: fc.constant(kind),
    stream: streamed
      ? fc.record({ class: fc.constantFrom('content' as const, 'comments' as const), segment: u32 })
      : fc.constant({ class: 'none' as const, segment: 0 }),
    room,
    epoch: u32,
    sender: device,
    counter: u64,
    head: position,
    units: u32,
    cover: kind === 'snapshot' ? position : fc.constant(null),
  });
});

export const record = header.chain((of) =>
  fc.record({
    header: fc.constant(of),
    nonce: bytes(isSealed(of.kind) ? 24 : 0),
    body: someBytes(200),
    signature,
  }),
);

export const deviceList: fc.Arbitrary<DeviceList> = fc
  .record({
    principal,
    version: u32,
    previous: hash,
    listed: fc.uniqueArray(fc.record({ id: device, listing: signature }), {
      minLength: 1,
      maxLength: 6,
      selector: ({ id }) => id,
    }),
  })
  .map(({ listed, ...rest }) => {
    const sorted = sortById(listed, ({ id }: { id: DeviceId }) => id);
    return { ...rest, devices: sorted.map(({ id }) => id), listings: sorted.map(({ listing }) => listing) };
  });
/** Signed by nobody: decoders do not check. */
export const signedDeviceList = fc
  .tuple(deviceList, signature)
  .map(([list, by]) => concatBytes(encodeDeviceList(list), by));

/** Signed by nobody, but by a device on the list as far as the bytes say. */
export const invitation = fc
  .record({
    room,
    epochHash: hash,
    role: fc.constantFrom(...ROLES),
    recipient: principal,
    list: signedDeviceList,
    index: fc.nat(5),
    by: signature,
  })
  .map(({ list: bytes, index, by, ...rest }) => {
    const list = decodeDeviceList(bytes);
    const { principal: sender, devices } = list.list;
    const device = devices[index % devices.length] ?? (devices[0] as DeviceId);
    return concatBytes(encodeInvitation({ ...rest, sender, device, list }), by);
  });

export const prekey: fc.Arbitrary<Prekey> = fc.record({
  device,
  id: u32,
  date: u64,
  listVersion: u32,
  listHash: hash,
  kemKey: bytes(KEM_PUBLIC_KEY_BYTES),
});

export const core: fc.Arbitrary<EpochCore> = fc.record({
  room,
  epoch: u32,
  previous: hash,
  lastListChange: hash,
  position,
  date: u64,
  newcomers: fc.constantFrom('see-all' as const, 'start-empty' as const),
  segment: u32,
  access: keyed(
    fc.record({
      principal,
      kind: fc.constantFrom('account' as const, 'link' as const),
      role: fc.constantFrom(...ROLES),
    }),
    (entry) => entry.principal,
    5,
  ),
  lists: keyed(fc.record({ principal, version: u32, hash }), (entry) => entry.principal, 4),
  devices: keyed(fc.record({ device, prekey: u32 }), (entry) => entry.device, 4),
  links: keyed(
    fc.record({ principal, kemKey: bytes(KEM_PUBLIC_KEY_BYTES), expiresAt: u64, maxUses: u32 }),
    (entry) => entry.principal,
    2,
  ),
  commitment: bytes(32),
});

export const epochBody = core.chain((of) => {
  const count = of.devices.length + of.links.length;
  return fc
    .tuple(fc.array(signedDeviceList, { maxLength: 2 }), fc.array(hash, { minLength: count, maxLength: count }))
    .map(([lists, hashes]) => encodeEpochBody(encodeCore(of), lists, hashes));
});

export const wrap: fc.Arbitrary<Wrap> = fc.record({
  recipient: device,
  prekey: u32,
  kemCiphertext: bytes(KEM_CIPHERTEXT_BYTES),
  nonce: bytes(24),
  sealedSecret: bytes(48),
});

export const certificate = bytes(96);
export const notice = fc.oneof(
  fc.record({ type: fc.constant('device-list' as const), list: signedDeviceList }),
  fc.record({ type: fc.constant('leave' as const) }),
  fc.record({ type: fc.constant('objection' as const), seq: u64, record: hash as fc.Arbitrary<Hash> }),
  fc.record({ type: fc.constant('visitor' as const), certificate }),
);

export const link: fc.Arbitrary<Link> = fc.record({
  passwordCheck: fc.option(bytes(2)),
  room,
  role: fc.constantFrom('viewer' as const, 'commenter' as const, 'editor' as const),
  secret: bytes(32),
  epochHash: hash,
});

export const openProof: fc.Arbitrary<OpenProof> = fc.oneof(
  fc.record({ type: fc.constant('none' as const) }),
  fc.record({ type: fc.constant('certificate' as const), bytes: certificate }),
  fc.record({ type: fc.constant('device-list' as const), bytes: signedDeviceList }),
);

const wraps = fc.array(bytes(WRAP_BYTES), { maxLength: 2 });
const type = <T extends string>(name: T): { type: fc.Arbitrary<T> } => ({ type: fc.constant(name) });

export const clientFrame: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.record({ ...type('hello'), version: fc.constant(PROTOCOL_VERSION), device, signature }),
  fc.record({
    ...type('open'),
    room,
    mode: fc.constantFrom('live' as const, 'head' as const, 'whole' as const),
    from: u64,
    proof: openProof,
  }),
  fc.record({ ...type('create'), room, record: someBytes(100), wraps }),
  fc.record({ ...type('append'), channel: u64, record: someBytes(100), wraps }),
  fc.record({ ...type('signal'), channel: u64, record: someBytes(100) }),
  fc.record({ ...type('leave'), channel: u64 }),
  fc.record({ ...type('page'), channel: u64, from: u64, count: fc.integer({ min: 1, max: 256 }) }),
  fc.record(type('ping')),
  fc.record({ ...type('offer'), prekey: someBytes(PREKEY_BYTES) }),
  fc.record({
    ...type('ask'),
    ticket: u64,
    devices: fc.uniqueArray(device, { minLength: 1, maxLength: 5 }).map((devices) => sortById(devices, (id) => id)),
  }),
);

const delivered = { channel: u64, seq: u64, record: someBytes(100), wrap: someBytes(WRAP_BYTES) };
export const relayFrame: fc.Arbitrary<RelayFrame> = fc.oneof(
  fc.record({ ...type('challenge'), version: fc.integer({ min: 0, max: 255 }), challenge: bytes(32) }),
  fc.record(type('welcome')),
  fc.record({ ...type('opened'), room, channel: u64, head: position, base: position }),
  fc.record({ ...type('prelude'), ...delivered }),
  fc.record({ ...type('entry'), ...delivered }),
  fc.record({ ...type('stub'), channel: u64, seq: u64, recordHash: bytes(32) }),
  fc.record({ ...type('ack'), channel: u64, seq: u64, counter: u64 }),
  fc.record({ ...type('signal'), channel: u64, record: someBytes(100) }),
  fc.record({ ...type('head'), channel: u64, head: position }),
  fc.record({ ...type('page'), channel: u64, from: u64, records: fc.array(someBytes(50), { maxLength: 4 }) }),
  fc.record({ ...type('refused'), room, counter: u64, reason: fc.constantFrom(...REASONS), detail: text(12) }),
  fc.record({ ...type('ended'), reason: fc.constantFrom(...REASONS) }),
  fc.record(type('pong')),
  fc.record({ ...type('offered'), id: u32 }),
  fc.record({ ...type('prekeys'), ticket: u64, prekeys: fc.array(someBytes(PREKEY_BYTES), { maxLength: 3 }) }),
);

const claim = fc.record({ clientId: u64, nonce: bytes(16) });
export const updateBody: fc.Arbitrary<UpdateBody> = fc.record({
  claims: fc.array(claim, { maxLength: 5 }),
  update: someBytes(60),
});
export const snapshotBody: fc.Arbitrary<SnapshotBody> = fc.record({
  counters: fc.array(fc.tuple(device, u64), { maxLength: 4 }).map((entries) => new Map(entries)),
  controlChain: hash,
  coveredBefore: u64,
  ledger: someBytes(40),
  state: someBytes(60),
});
export const presence: fc.Arbitrary<PresenceSignal> = fc.record({
  certificate: fc.oneof(fc.constant(new Uint8Array()), certificate),
  controlChain: hash,
  asks: fc.boolean(),
  lacks: fc.boolean(),
  entries: fc.array(fc.record({ clientId: u64, nonce: bytes(16), clock: u64, state: text(40) }), { maxLength: 4 }),
});
