/** Real records for tests. Sealed bodies are noise: the relay could not read them anyway. */
import { randomBytes } from 'node:crypto';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import {
  type AccessEntry,
  type EpochCore,
  encodeCore,
  encodeEpochBody,
  encodeWrap,
  LASTING_KEY,
  type LinkLimits,
  type Newcomers,
  NO_LIMITS,
  NO_ROOM,
  roomIdOf,
  wrapHash,
} from '../../../src/wire/epoch.ts';
import {
  type DeviceId,
  type Hash,
  type Position,
  type PrincipalId,
  type RoomId,
  START,
  ZERO_HASH,
} from '../../../src/wire/ids.ts';
import { encodeNotice, type Notice } from '../../../src/wire/notice.ts';
import { KEM_CIPHERTEXT_BYTES, KEM_PUBLIC_KEY_BYTES } from '../../../src/wire/prekey.ts';
import {
  assembleRecord,
  CONTENT,
  encodeHeader,
  type Header,
  isSealed,
  NO_STREAM,
  NONCE_BYTES,
  type Stream,
  signedBytes,
} from '../../../src/wire/record.ts';
import type { Role } from '../../../src/wire/roles.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import type { Device, Link, Person, SignedList } from './identities.ts';

export type Epoch = {
  readonly room: RoomId;
  readonly number: number;
  readonly core: EpochCore;
  readonly record: Uint8Array;
  readonly wraps: readonly Uint8Array[];
  readonly hash: Hash;
  readonly listChange: Hash;
};

export type Members = {
  readonly people: readonly { readonly person: Pick<Person, 'id' | 'list'>; readonly role: Role }[];
  readonly links?: readonly { readonly link: Link; readonly role: Role; readonly limits?: Partial<LinkLimits> }[];
  /** [EP7] As a home is: to the account's key too. */
  readonly sealedToAccount?: boolean;
  /** Sealed to these of the listed devices alone. */
  readonly devices?: readonly DeviceId[];
  /** [SG1] Of a first epoch. */
  readonly newcomers?: Newcomers;
};

export function signRecord(device: Device, header: Header, body: Uint8Array): Uint8Array {
  const nonce = new Uint8Array(isSealed(header.kind) ? randomBytes(NONCE_BYTES) : []);
  const unsigned = concatBytes(encodeHeader(header), nonce, body);
  return assembleRecord(unsigned, device.sign(signedBytes(header.kind, unsigned)));
}

export type RecordPlace = {
  readonly room: RoomId;
  readonly epoch: number;
  readonly counter: number;
  readonly head: Position;
};

const header = (device: Device, place: RecordPlace, rest: Pick<Header, 'kind' | 'stream' | 'cover'>): Header => ({
  ...rest,
  room: place.room,
  epoch: place.epoch,
  sender: device.id,
  counter: place.counter,
  head: place.head,
  units: 1,
});

export const update = (device: Device, place: RecordPlace, bytes = 64, stream: Stream = CONTENT): Uint8Array =>
  signRecord(device, header(device, place, { kind: 'update', stream, cover: null }), randomBytes(bytes));

export const snapshot = (
  device: Device,
  place: RecordPlace,
  cover: Position,
  bytes = 64,
  stream: Stream = CONTENT,
): Uint8Array => signRecord(device, header(device, place, { kind: 'snapshot', stream, cover }), randomBytes(bytes));

export const signal = (device: Device, place: RecordPlace, bytes = 64): Uint8Array =>
  signRecord(device, header(device, place, { kind: 'signal', stream: NO_STREAM, cover: null }), randomBytes(bytes));

export const notice = (device: Device, place: RecordPlace, content: Notice): Uint8Array =>
  signRecord(device, header(device, place, { kind: 'notice', stream: NO_STREAM, cover: null }), encodeNotice(content));

/** The first epoch makes a room; `before` and `head` make one that follows. Brings the lists of `newcomers`. */
export function epoch(
  device: Device,
  members: Members,
  counter: number,
  following?: { readonly before: Epoch; readonly head: Position; readonly newcomers?: readonly SignedList[] },
): Epoch {
  const { before, head = START } = following ?? {};
  const core = makeCore(members, before, head);
  const wraps = makeWraps(core);
  const lists = following
    ? (following.newcomers ?? [])
    : sortById(
        members.people.map(({ person }) => person.list),
        principalOf,
      );
  const coreBytes = encodeCore(core);
  const hashes = wraps.map((wrap) => wrapHash(blake2b256, wrap));
  const body = encodeEpochBody(
    coreBytes,
    lists.map(({ bytes }) => bytes),
    hashes,
  );
  const place = { room: core.room, epoch: core.epoch, counter, head };
  const record = signRecord(device, header(device, place, { kind: 'epoch', stream: NO_STREAM, cover: null }), body);
  const hash = recordHash(blake2b256, record);
  const changed = !before || JSON.stringify(before.core.access) !== JSON.stringify(core.access);
  return {
    room: core.room,
    number: core.epoch,
    core,
    record,
    wraps,
    hash,
    listChange: changed ? hash : before.listChange,
  };
}

const principalOf = ({ principal }: { readonly principal: PrincipalId }): PrincipalId => principal;

function makeCore(
  { people, links = [], sealedToAccount, newcomers = 'see-all', ...rest }: Members,
  before: Epoch | undefined,
  head: Position,
): EpochCore {
  const access: AccessEntry[] = [
    ...people.map(({ person, role }) => ({ principal: person.id, kind: 'account' as const, role })),
    ...links.map(({ link, role }) => ({ principal: link.id, kind: 'link' as const, role })),
  ];
  const known = new Set(before?.core.access.map(principalOf));
  const lets = before?.core.newcomers === 'start-empty' && access.some(({ principal }) => !known.has(principal));
  const devices = rest.devices ?? people.flatMap(({ person }) => person.list.devices);
  const sealedTo = [
    ...links.map(({ link }) => link.id),
    ...(sealedToAccount ? people.map(({ person }) => person.id) : []),
  ];
  const core: EpochCore = {
    room: before?.room ?? NO_ROOM,
    epoch: (before?.number ?? 0) + 1,
    previous: before?.hash ?? ZERO_HASH,
    lastListChange: before?.listChange ?? ZERO_HASH,
    position: head,
    date: 0,
    newcomers: before?.core.newcomers ?? newcomers,
    segment: before && lets ? before.core.segment + 1 : (before?.core.segment ?? 0),
    access: sortById(access, principalOf),
    lists: sortById(
      people.map(({ person: { list } }) => ({ principal: list.principal, version: list.version, hash: list.hash })),
      principalOf,
    ),
    devices: sortById(devices, (device) => device).map((device) => ({ device, prekey: 1 })),
    links: sortById(
      sealedTo.map((principal) => ({
        principal,
        kemKey: new Uint8Array(KEM_PUBLIC_KEY_BYTES),
        ...NO_LIMITS,
        ...links.find(({ link }) => link.id === principal)?.limits,
      })),
      principalOf,
    ),
    commitment: randomBytes(32),
  };
  return before ? core : { ...core, room: roomIdOf(blake2b256, core) };
}

const makeWraps = (core: EpochCore): Uint8Array[] =>
  [
    ...core.devices.map(({ device, prekey }) => ({ recipient: device, prekey })),
    ...core.links.map(({ principal }) => ({ recipient: principal, prekey: LASTING_KEY })),
  ].map((named) =>
    encodeWrap({
      ...named,
      kemCiphertext: randomBytes(KEM_CIPHERTEXT_BYTES),
      nonce: randomBytes(NONCE_BYTES),
      sealedSecret: randomBytes(48),
    }),
  );
