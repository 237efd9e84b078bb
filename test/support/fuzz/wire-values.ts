/** Random values of every structure of the wire format, encoded as the format's own encoders do it. */

import { concatBytes } from '../../../src/wire/bytes.ts';
import { type ClientFrame, encodeClientFrame } from '../../../src/wire/client-frames.ts';
import { decodeDeviceList, encodeDeviceList, sortById } from '../../../src/wire/device-list.ts';
import { type EpochCore, encodeCore, encodeEpochBody, encodeWrap, WRAP_BYTES } from '../../../src/wire/epoch.ts';
import { deviceId, hashId, type Position, principalId, roomId } from '../../../src/wire/ids.ts';
import { encodeInvitation } from '../../../src/wire/invitation.ts';
import { encodeKnock } from '../../../src/wire/knock.ts';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import { LINK_ROLES } from '../../../src/wire/link.ts';
import { encodeNotice } from '../../../src/wire/notice.ts';
import type { OpenProof } from '../../../src/wire/open-proof.ts';
import { encodePrekey, KEM_CIPHERTEXT_BYTES, KEM_PUBLIC_KEY_BYTES } from '../../../src/wire/prekey.ts';
import { encodeHeader, type Header, isSealed, KINDS, NONCE_BYTES } from '../../../src/wire/record.ts';
import { REASONS } from '../../../src/wire/refusals.ts';
import { encodeRelayFrame, type RelayFrame } from '../../../src/wire/relay-frames.ts';
import { ROLES } from '../../../src/wire/roles.ts';
import type { FuzzRandom } from './fuzz-random.ts';

const SIGNATURE_BYTES = 64;

const device = (random: FuzzRandom) => deviceId(random.bytes(32));
const principal = (random: FuzzRandom) => principalId(random.bytes(32));
const hash = (random: FuzzRandom) => hashId(random.bytes(32));
const room = (random: FuzzRandom) => roomId(random.bytes(32));
const position = (random: FuzzRandom): Position => ({ seq: random.u53(), hash: hash(random) });
const some = <T>(random: FuzzRandom, most: number, make: () => T): T[] =>
  Array.from({ length: random.below(most + 1) }, make);

export function deviceList(random: FuzzRandom): Uint8Array {
  const devices = sortById([device(random), ...some(random, 3, () => device(random))], (id) => id);
  const list = {
    principal: principal(random),
    version: random.u32(),
    previous: hash(random),
    devices,
    listings: devices.map(() => random.bytes(SIGNATURE_BYTES)),
  };
  return concatBytes(encodeDeviceList(list), random.bytes(SIGNATURE_BYTES));
}

export function invitation(random: FuzzRandom): Uint8Array {
  const list = decodeDeviceList(deviceList(random));
  const unsigned = encodeInvitation({
    room: room(random),
    epochHash: hash(random),
    role: random.pick(ROLES),
    recipient: principal(random),
    sender: list.list.principal,
    device: random.pick(list.list.devices),
    list,
  });
  return concatBytes(unsigned, random.bytes(SIGNATURE_BYTES));
}

export function knock(random: FuzzRandom): Uint8Array {
  const list = decodeDeviceList(deviceList(random));
  const unsigned = encodeKnock({
    room: room(random),
    role: random.pick(LINK_ROLES),
    principal: list.list.principal,
    device: random.pick(list.list.devices),
    list,
  });
  return concatBytes(unsigned, random.bytes(SIGNATURE_BYTES));
}

export const prekey = (random: FuzzRandom): Uint8Array =>
  concatBytes(
    encodePrekey({
      device: device(random),
      id: random.u32(),
      date: random.u53(),
      listVersion: random.u32(),
      listHash: hash(random),
      kemKey: random.bytes(KEM_PUBLIC_KEY_BYTES),
    }),
    random.bytes(SIGNATURE_BYTES),
  );

export const wrap = (random: FuzzRandom): Uint8Array =>
  encodeWrap({
    recipient: device(random),
    prekey: random.u32(),
    kemCiphertext: random.bytes(KEM_CIPHERTEXT_BYTES),
    nonce: random.bytes(NONCE_BYTES),
    sealedSecret: random.bytes(48),
  });

const core = (random: FuzzRandom): EpochCore => ({
  room: room(random),
  epoch: random.u32(),
  previous: hash(random),
  lastListChange: hash(random),
  position: position(random),
  date: random.u53(),
  newcomers: random.pick(['see-all', 'start-empty'] as const),
  segment: random.u32(),
  access: sortById(
    some(random, 3, () => ({
      principal: principal(random),
      kind: random.pick(['account', 'link'] as const),
      role: random.pick(ROLES),
    })),
    (entry) => entry.principal,
  ),
  lists: sortById(
    some(random, 3, () => ({ principal: principal(random), version: random.u32(), hash: hash(random) })),
    (entry) => entry.principal,
  ),
  devices: sortById(
    some(random, 3, () => ({ device: device(random), prekey: random.u32() })),
    (entry) => entry.device,
  ),
  links: sortById(
    some(random, 1, () => ({
      principal: principal(random),
      kemKey: random.bytes(KEM_PUBLIC_KEY_BYTES),
      expiresAt: random.u53(),
      maxUses: random.u32(),
    })),
    (entry) => entry.principal,
  ),
  commitment: random.bytes(32),
});
export const coreBytes = (random: FuzzRandom): Uint8Array => encodeCore(core(random));

export function epochBody(random: FuzzRandom): Uint8Array {
  const value = core(random);
  return encodeEpochBody(
    encodeCore(value),
    some(random, 2, () => deviceList(random)),
    [...value.devices, ...value.links].map(() => hash(random)),
  );
}

export function notice(random: FuzzRandom): Uint8Array {
  switch (random.below(4)) {
    case 0:
      return encodeNotice({ type: 'device-list', list: decodeDeviceList(deviceList(random)) });
    case 1:
      return encodeNotice({ type: 'leave' });
    case 2:
      return encodeNotice({ type: 'objection', seq: random.u53(), record: hash(random) });
    default: {
      const bytes = random.bytes(32 + SIGNATURE_BYTES);
      const proof = { key: bytes, message: bytes, signature: bytes };
      return encodeNotice({ type: 'visitor', certificate: { link: principal(random), bytes, proof } });
    }
  }
}

export function record(random: FuzzRandom): Uint8Array {
  const kind = random.pick(KINDS);
  const streamed = kind === 'update' || kind === 'snapshot';
  const header: Header = {
    kind,
    stream: streamed
      ? { class: random.pick(['content', 'comments'] as const), segment: random.below(3) }
      : { class: 'none', segment: 0 },
    room: room(random),
    epoch: random.u32(),
    sender: device(random),
    counter: random.u53(),
    head: position(random),
    units: random.u32(),
    cover: kind === 'snapshot' ? position(random) : null,
  };
  const nonce = random.bytes(isSealed(kind) ? NONCE_BYTES : 0);
  return concatBytes(encodeHeader(header), nonce, random.bytes(random.below(80)), random.bytes(SIGNATURE_BYTES));
}

export function openProof(random: FuzzRandom): OpenProof {
  const type = random.pick(['none', 'certificate', 'device-list'] as const);
  if (type === 'none') return { type };
  return { type, bytes: type === 'certificate' ? random.bytes(96) : deviceList(random) };
}

function clientFrame(random: FuzzRandom): ClientFrame {
  const channel = random.u53();
  switch (random.below(10)) {
    case 0:
      return {
        type: 'hello',
        version: PROTOCOL_VERSION,
        device: device(random),
        signature: random.bytes(SIGNATURE_BYTES),
      };
    case 1: {
      const mode = random.pick(['live', 'head', 'whole'] as const);
      return { type: 'open', room: room(random), mode, from: random.u53(), proof: openProof(random) };
    }
    case 2:
      return { type: 'create', room: room(random), record: record(random), wraps: some(random, 1, () => wrap(random)) };
    case 3:
      return { type: 'append', channel, record: record(random), wraps: some(random, 1, () => wrap(random)) };
    case 4:
      return { type: 'signal', channel, record: random.bytes(random.below(60)) };
    case 5:
      return { type: 'leave', channel };
    case 6:
      return { type: 'page', channel, from: random.u53(), count: random.between(1, 256) };
    case 7:
      return { type: 'offer', prekey: prekey(random) };
    case 8: {
      const devices = sortById([device(random), ...some(random, 3, () => device(random))], (id) => id);
      return { type: 'ask', ticket: random.u53(), devices };
    }
    default:
      return { type: 'ping' };
  }
}

function relayFrame(random: FuzzRandom): RelayFrame {
  const [channel, seq] = [random.u53(), random.u53()];
  switch (random.below(15)) {
    case 0:
      return { type: 'challenge', version: random.below(256), challenge: random.bytes(32) };
    case 1:
      return { type: 'welcome' };
    case 2:
      return { type: 'opened', room: room(random), channel, head: position(random), base: position(random) };
    case 3:
    case 4: {
      const type = random.pick(['prelude', 'entry'] as const);
      return { type, channel, seq, record: record(random), wrap: random.bytes(random.pick([0, WRAP_BYTES])) };
    }
    case 5:
      return { type: 'stub', channel, seq, recordHash: random.bytes(32) };
    case 6:
      return { type: 'ack', channel, seq, counter: random.u53() };
    case 7:
      return { type: 'signal', channel, record: random.bytes(random.below(60)) };
    case 8:
      return { type: 'head', channel, head: position(random) };
    case 9:
      return { type: 'page', channel, from: random.u53(), records: some(random, 3, () => record(random)) };
    case 10: {
      const detail = random.pick(['', 'not now', 'zu groß']);
      return { type: 'refused', room: room(random), counter: random.u53(), reason: random.pick(REASONS), detail };
    }
    case 11:
      return { type: 'ended', reason: random.pick(REASONS) };
    case 12:
      return { type: 'offered', id: random.u32() };
    case 13:
      return { type: 'prekeys', ticket: random.u53(), prekeys: some(random, 2, () => prekey(random)) };
    default:
      return { type: 'pong' };
  }
}

const frames = <T>(random: FuzzRandom, make: () => T, encode: (frame: T) => Uint8Array): Uint8Array =>
  concatBytes(encode(make()), ...some(random, 3, () => encode(make())));

export const clientMessage = (random: FuzzRandom): Uint8Array =>
  frames(random, () => clientFrame(random), encodeClientFrame);
export const relayMessage = (random: FuzzRandom): Uint8Array =>
  frames(random, () => relayFrame(random), encodeRelayFrame);
