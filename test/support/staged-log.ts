/** A log made by hand, record by record, for judging: every core can be bent before it is signed. */
import { expect } from 'vitest';
import { type Access, judgeHeader } from '../../src/wire/access.ts';
import { accessAfter } from '../../src/wire/access-after.ts';
import { concatBytes } from '../../src/wire/bytes.ts';
import { decodeCertificate } from '../../src/wire/certificate.ts';
import { decodeDeviceList, sortById } from '../../src/wire/device-list.ts';
import { type EpochCore, encodeCore, encodeEpochBody, NO_LIMITS, NO_ROOM, roomIdOf } from '../../src/wire/epoch.ts';
import { hashId, type Position, type PrincipalId, ZERO_HASH } from '../../src/wire/ids.ts';
import { encodeNotice, type Notice } from '../../src/wire/notice.ts';
import { withIntroducedDevice } from '../../src/wire/notice-access.ts';
import { type Parsed, parseRecord } from '../../src/wire/parsed-record.ts';
import { KEM_PUBLIC_KEY_BYTES } from '../../src/wire/prekey.ts';
import {
  assembleRecord,
  CONTENT,
  decodeRecord,
  encodeHeader,
  type Header,
  NO_STREAM,
  signedBytes,
} from '../../src/wire/record.ts';
import type { Reason, Verdict } from '../../src/wire/refusals.ts';
import type { Role } from '../../src/wire/roles.ts';
import { blake2b256 } from '../../sync-server/relay/hash.ts';
import { certify, type Device, type Link, type Person, type SignedList } from './server/identities.ts';

export type Plan = {
  readonly people: readonly (readonly [Pick<Person, 'id' | 'list'>, Role])[];
  readonly links: readonly (readonly [Pick<Link, 'id'>, Role])[];
};
const idOf = ({ principal }: { readonly principal: PrincipalId }): PrincipalId => principal;

/** The position after `seq` records that nobody looks into. */
export const at = (seq: number): Position => ({
  seq,
  hash: seq === 0 ? ZERO_HASH : hashId(new Uint8Array(32).fill(seq)),
});

/** The core that an honest signer would write. */
export function coreOf({ people, links }: Plan, before: Access | null, position: Position): EpochCore {
  const core: EpochCore = {
    room: before?.room ?? NO_ROOM,
    epoch: (before?.epoch ?? 0) + 1,
    previous: before?.epochHash ?? ZERO_HASH,
    lastListChange: before?.lastListChange ?? ZERO_HASH,
    position,
    date: 0,
    newcomers: before?.core.newcomers ?? 'see-all',
    segment: before?.core.segment ?? 0,
    access: sortById(
      [
        ...people.map(([{ id }, role]) => ({ principal: id, kind: 'account' as const, role })),
        ...links.map(([{ id }, role]) => ({ principal: id, kind: 'link' as const, role })),
      ],
      idOf,
    ),
    lists: sortById(
      people.map(([{ id, list }]) => ({ principal: id, version: list.version, hash: list.hash })),
      idOf,
    ),
    devices: sortById(
      people.flatMap(([{ list }]) => list.devices.map((device) => ({ device, prekey: 1 }))),
      ({ device }) => device,
    ),
    links: sortById(
      links.map(([{ id }]) => ({ principal: id, kemKey: new Uint8Array(KEM_PUBLIC_KEY_BYTES), ...NO_LIMITS })),
      idOf,
    ),
    commitment: new Uint8Array(32),
  };
  return before ? core : named(core);
}

/** [EP1] Epoch 1's core under the name that follows from it. */
export const named = (core: EpochCore): EpochCore => ({ ...core, room: roomIdOf(blake2b256, core) });

export function signed(device: Device, header: Header, body: Uint8Array): Parsed {
  const unsigned = concatBytes(encodeHeader(header), body);
  return parseRecord(decodeRecord(assembleRecord(unsigned, device.sign(signedBytes(header.kind, unsigned)))));
}

const header = (device: Device, kind: Header['kind'], rest: Partial<Header>): Header => ({
  kind,
  stream: kind === 'update' || kind === 'snapshot' ? CONTENT : NO_STREAM,
  room: NO_ROOM,
  epoch: 1,
  sender: device.id,
  counter: 1,
  head: at(0),
  units: 0,
  cover: null,
  ...rest,
});

export function epochRecord(
  device: Device,
  core: EpochCore,
  lists: readonly SignedList[],
  rest: Partial<Header> = {},
): Parsed {
  const wraps = Array.from({ length: core.devices.length + core.links.length }, () => ZERO_HASH);
  const body = encodeEpochBody(
    encodeCore(core),
    lists.map(({ bytes }) => bytes),
    wraps,
  );
  return signed(
    device,
    header(device, 'epoch', { room: core.room, epoch: core.epoch, head: core.position, ...rest }),
    body,
  );
}

/** A record under the current epoch that has seen everything. */
export const record = (
  access: Access,
  device: Device,
  kind: 'update' | 'snapshot' | 'signal',
  rest: Partial<Header> = {},
): Parsed =>
  signed(
    device,
    header(device, kind, { room: access.room, epoch: access.epoch, head: at(access.epochSeq), ...rest }),
    new Uint8Array(24 + 16),
  );

export const notice = (access: Access, device: Device, content: Notice, rest: Partial<Header> = {}): Parsed =>
  signed(
    device,
    header(device, 'notice', { room: access.room, epoch: access.epoch, head: at(access.epochSeq), ...rest }),
    encodeNotice(content),
  );
export const listNotice = (access: Access, device: Device, list: SignedList, rest: Partial<Header> = {}): Parsed =>
  notice(access, device, { type: 'device-list', list: decodeDeviceList(list.bytes) }, rest);
export const visitorNotice = (access: Access, device: Device, link: Link): Parsed => {
  const certificate = decodeCertificate(certify(link, access.room, device), access.room, device.id);
  return notice(access, device, { type: 'visitor', certificate });
};

/** Judges as a reader of the log does, and holds that nothing handed in is changed. */
export function judge(access: Access | null, parsed: Parsed, before: Position, counter = 0): Verdict<Access> {
  freezeDeep(access);
  freezeDeep(parsed);
  const shown = structuredClone(access);
  const verdict = judgeUnwatched(access, parsed, before, counter);
  expect(access).toEqual(shown);
  return verdict;
}

function judgeUnwatched(access: Access | null, parsed: Parsed, before: Position, counter: number): Verdict<Access> {
  if (access) {
    const role = judgeHeader(withIntroducedDevice(access, parsed), parsed.record.header, counter, before);
    if (!role.ok) return role;
  }
  return accessAfter(blake2b256, access, parsed, before.seq + 1);
}

export const reasonOf = (verdict: Verdict<unknown>): Reason | 'accepted' => (verdict.ok ? 'accepted' : verdict.reason);

export function accepted<T>(verdict: Verdict<T>): T {
  if (!verdict.ok) throw new Error(`${verdict.reason}: ${verdict.detail}`);
  return verdict.value;
}

/** Maps and bytes cannot be frozen: they are compared with a copy. */
function freezeDeep(value: unknown): void {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array || Object.isFrozen(value)) return;
  const inside = value instanceof Map || value instanceof Set ? [...value.values()] : Object.values(value);
  if (!(value instanceof Map || value instanceof Set)) Object.freeze(value);
  for (const item of inside) freezeDeep(item);
}
