/** Vectors of frames in both directions. Records inside stand for themselves: frames do not look into them. */
import { afterEpoch1, epoch1 } from './epochs.ts';
import { type Hostile, refused, truncated } from './hostile.ts';
import { block, cat, hex, type Json, text, u8, u16, u32, u64, utf8, varUint, zeros } from './layout.ts';
import { signedPrekey } from './membership-vectors.ts';
import { bob, certificate, editLink, someDevice, visitor } from './people.ts';
import { fixed } from './primitives.ts';
import { position, positionJson } from './records.ts';

const room = epoch1.core.room;
const MAX = 2 ** 53 - 1;
const record = fixed('a record', 300);
const wrap = epoch1.wraps[0]?.bytes as Uint8Array;
const visitorCertificate = certificate(editLink, room, visitor.key);
const challenge = fixed('challenge');
const HOST = 'sealroom.example:8443';

type Frame = { readonly name: string; readonly fields: Json; readonly bytes: string };
const frame = (name: string, fields: { readonly [key: string]: Json }, ...bytes: Uint8Array[]): Frame => ({
  name,
  fields,
  bytes: hex(cat(...bytes)),
});

const hello = cat(u8(1), u8(5), someDevice.key, someDevice.sign('hello', challenge, utf8(HOST)));
const open = cat(u8(2), room, u8(1), varUint(300), u8(1), block(visitorCertificate));
const openWith = (...proof: Uint8Array[]): Uint8Array => cat(u8(2), room, u8(0), varUint(0), ...proof);
const append = cat(u8(4), varUint(200), block(record), u16(1), wrap);
const offer = cat(u8(9), block(signedPrekey));
const ask = (count: number, ...keys: Uint8Array[]): Uint8Array => cat(u8(10), varUint(300), u16(count), ...keys);
const devices = [someDevice.key, ...bob.devices.map(({ key }) => key)].sort(Buffer.compare);
const ascending = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => cat(u16(i), zeros(30)));
const page = (count: number): Uint8Array => cat(u8(7), varUint(2), varUint(9), varUint(count));

const clientValid: Frame[] = [
  frame('hello', { type: 'hello', version: 5, device: hex(someDevice.key), signature: hex(hello.slice(-64)) }, hello),
  ...(['live', 'head', 'whole'] as const).map((mode, i) =>
    frame(
      `open, ${mode}`,
      { type: 'open', room: hex(room), mode, from: 2 ** (14 * i), proof: { type: 'none' } },
      u8(2),
      room,
      u8(i),
      varUint(2 ** (14 * i)),
      u8(0),
    ),
  ),
  frame(
    'open, a visitor',
    {
      type: 'open',
      room: hex(room),
      mode: 'head',
      from: 300,
      proof: { type: 'certificate', bytes: hex(visitorCertificate) },
    },
    open,
  ),
  frame(
    'open, a device that was just added',
    { type: 'open', room: hex(room), mode: 'live', from: 0, proof: { type: 'device-list', bytes: hex(bob.list) } },
    openWith(u8(2), block(bob.list)),
  ),
  frame(
    'create',
    { type: 'create', room: hex(room), record: hex(record), wraps: [hex(wrap), hex(wrap)] },
    u8(3),
    room,
    block(record),
    u16(2),
    wrap,
    wrap,
  ),
  frame('append', { type: 'append', channel: 200, record: hex(record), wraps: [hex(wrap)] }, append),
  frame(
    'append without wraps',
    { type: 'append', channel: 0, record: '', wraps: [] },
    u8(4),
    varUint(0),
    block(zeros(0)),
    u16(0),
  ),
  frame('signal', { type: 'signal', channel: 127, record: hex(record) }, u8(5), varUint(127), block(record)),
  frame('leave', { type: 'leave', channel: MAX }, u8(6), varUint(MAX)),
  frame('page', { type: 'page', channel: 2, from: 9, count: 256 }, page(256)),
  frame('ping', { type: 'ping' }, u8(8)),
  frame('offer', { type: 'offer', prekey: hex(signedPrekey) }, offer),
  frame('ask', { type: 'ask', ticket: 300, devices: devices.map(hex) }, ask(devices.length, ...devices)),
  frame('ask for one', { type: 'ask', ticket: 300, devices: [hex(zeros(32))] }, ask(1, zeros(32))),
];

const all = (frames: readonly Frame[]): Json => ({
  name: 'all of them in one message',
  fields: frames.map(({ fields }) => fields),
  bytes: frames.map(({ bytes }) => bytes).join(''),
});
const oversized = (limit: number): Uint8Array => u32(limit + 1);

export const clientFrames = {
  about:
    '[FR1]–[FR12] Messages of a client. `fields` of the last one is a list: several frames in a message. `hello`: the signature is over label `hello`, challenge and host.',
  hello: {
    deviceSeed: hex(someDevice.seed),
    challenge: hex(challenge),
    host: HOST,
    signature: hex(hello.slice(-64)),
  },
  valid: [...clientValid, all(clientValid)],
  hostile: [
    refused('an empty message', 'malformed', zeros(0)),
    refused('tag 0', 'unknown-version', u8(0)),
    refused('tag 11', 'unknown-version', u8(11)),
    refused('a tag that is none behind a frame', 'unknown-version', cat(u8(8), u8(255))),
    ...[1, 2, 3, 4, 6].map((version) =>
      refused(`hello of protocol version ${version}`, 'unknown-version', cat(u8(1), u8(version), hello.slice(2))),
    ),
    refused('open of protocol version 1: no proof, an empty certificate', 'unknown-version', openWith(block(zeros(0)))),
    ...truncated('hello', hello, [1, 2, 33, 97]),
    ...truncated('open', open, [1, 32, 33, 34, 36, 37, 40, 41, -1]),
    ...truncated('append', append, [1, 2, 3, 6, 100, 307, 308, 309, -1]),
    refused('open in a mode that is none', 'unknown-version', cat(u8(2), room, u8(3), varUint(0), u8(0))),
    refused('a proof that is none of them', 'unknown-version', openWith(u8(3), block(zeros(0)))),
    refused('a certificate of 97 bytes', 'too-large', openWith(u8(1), block(zeros(97)))),
    refused('a device list of 6,280 bytes', 'too-large', openWith(u8(2), oversized(6279))),
    refused('a device list that stops', 'malformed', openWith(u8(2), block(bob.list).slice(0, -1))),
    refused('a number of 2^53', 'malformed', cat(u8(6), varUint(2 ** 53))),
    refused('a number without end', 'malformed', cat(u8(6), new Uint8Array(12).fill(255))),
    refused('a number that stops', 'malformed', cat(u8(6), u8(128))),
    refused('a page of nothing', 'too-large', page(0)),
    refused('a page of 257 records', 'too-large', page(257)),
    refused('a signal above 16 KiB', 'too-large', cat(u8(5), varUint(1), oversized(16 * 1024))),
    refused('a record above 11 MiB', 'too-large', cat(u8(4), varUint(1), oversized(11 * 1024 * 1024))),
    refused('a first record above 11 MiB', 'too-large', cat(u8(3), room, oversized(11 * 1024 * 1024))),
    refused('2065 wraps', 'too-large', cat(u8(4), varUint(1), block(record), u16(2_065))),
    refused('counts more wraps than there are', 'malformed', cat(u8(4), varUint(1), block(record), u16(2), wrap)),
    ...truncated('offer', offer, [1, 4, 5, 1365, -1]),
    refused('a prekey of 1,362 bytes', 'too-large', cat(u8(9), oversized(1361))),
    ...truncated('ask', ask(devices.length, ...devices), [1, 2, 3, 4, 5, 36, 37, -1]),
    refused('ask for none', 'too-large', ask(0)),
    refused('ask for 257', 'too-large', ask(257, ...ascending(257))),
    refused('ask for a device twice', 'malformed', ask(2, someDevice.key, someDevice.key)),
    refused('ask for devices that do not ascend', 'malformed', ask(devices.length, ...devices.toReversed())),
    refused('4,097 frames', 'too-large', new Uint8Array(4097).fill(8)),
  ] satisfies Hostile[],
};

const opened = cat(u8(3), room, varUint(5), position(afterEpoch1), position({ seq: MAX, hash: zeros(32) }));
const entry = cat(u8(5), varUint(5), varUint(129), block(record), block(wrap));
const refusal = cat(u8(11), room, varUint(12), u8(2), text('zu groß'));

const prekeys = cat(u8(15), varUint(300), u16(2), block(signedPrekey), block(signedPrekey.slice(1)));

const relayValid: Frame[] = [
  frame('challenge', { type: 'challenge', version: 5, challenge: hex(challenge) }, u8(1), u8(5), challenge),
  frame(
    'challenge of a later version',
    { type: 'challenge', version: 9, challenge: hex(challenge) },
    u8(1),
    u8(9),
    challenge,
  ),
  frame('welcome', { type: 'welcome' }, u8(2)),
  frame(
    'opened',
    {
      type: 'opened',
      room: hex(room),
      channel: 5,
      head: positionJson(afterEpoch1),
      base: { seq: MAX, hash: hex(zeros(32)) },
    },
    opened,
  ),
  frame(
    'prelude',
    { type: 'prelude', channel: 5, seq: 1, record: hex(record), wrap: hex(wrap) },
    u8(4),
    varUint(5),
    varUint(1),
    block(record),
    block(wrap),
  ),
  frame('entry', { type: 'entry', channel: 5, seq: 129, record: hex(record), wrap: hex(wrap) }, entry),
  frame(
    'entry without a wrap',
    { type: 'entry', channel: 5, seq: 130, record: hex(record), wrap: '' },
    u8(5),
    varUint(5),
    varUint(130),
    block(record),
    block(zeros(0)),
  ),
  frame(
    'stub',
    { type: 'stub', channel: 5, seq: 7, recordHash: hex(challenge) },
    u8(6),
    varUint(5),
    varUint(7),
    challenge,
  ),
  frame('ack', { type: 'ack', channel: 5, seq: 8, counter: MAX }, u8(7), varUint(5), varUint(8), varUint(MAX)),
  frame('signal', { type: 'signal', channel: 5, record: hex(record) }, u8(8), varUint(5), block(record)),
  frame(
    'head',
    { type: 'head', channel: 6, head: positionJson(afterEpoch1) },
    u8(9),
    varUint(6),
    position(afterEpoch1),
  ),
  frame(
    'page',
    { type: 'page', channel: 5, from: 1, records: [hex(record), ''] },
    u8(10),
    varUint(5),
    varUint(1),
    varUint(2),
    block(record),
    block(zeros(0)),
  ),
  frame('refused', { type: 'refused', room: hex(room), counter: 12, reason: 'too-large', detail: 'zu groß' }, refusal),
  frame(
    'refused, the detail begins with a byte order mark',
    { type: 'refused', room: hex(room), counter: 0, reason: 'bad-snapshot', detail: '\ufeffdetail' },
    cat(u8(11), room, varUint(0), u8(33), text('\ufeffdetail')),
  ),
  frame('ended', { type: 'ended', reason: 'malformed' }, u8(12), u8(1)),
  frame('pong', { type: 'pong' }, u8(13)),
  frame('offered', { type: 'offered', id: 2 ** 32 - 1 }, u8(14), u32(2 ** 32 - 1)),
  frame('prekeys', { type: 'prekeys', ticket: 300, prekeys: [hex(signedPrekey), hex(signedPrekey.slice(1))] }, prekeys),
  frame('no prekeys', { type: 'prekeys', ticket: 300, prekeys: [] }, u8(15), varUint(300), u16(0)),
];

export const relayFrames = {
  about: '[FR1]–[FR12] Messages of a relay. `lenient`: a code that is none reads as `malformed`.',
  valid: [...relayValid, all(relayValid)],
  lenient: [
    {
      name: 'ended with a code that is none',
      fields: { type: 'ended', reason: 'malformed' },
      bytes: hex(cat(u8(12), u8(250))),
    },
    { name: 'ended with code 0', fields: { type: 'ended', reason: 'malformed' }, bytes: hex(cat(u8(12), u8(0))) },
  ],
  hostile: [
    refused('an empty message', 'malformed', zeros(0)),
    refused('tag 0', 'unknown-version', u8(0)),
    refused('tag 16', 'unknown-version', u8(16)),
    ...truncated('opened', opened, [1, 32, 33, 34, 41, 73, 74, -1]),
    ...truncated('entry', entry, [1, 2, 4, 7, 8, 308, 311, -1]),
    ...truncated('a refusal', refusal, [1, 33, 34, 35, 38, -1]),
    refused('a challenge of 31 bytes', 'malformed', cat(u8(1), u8(1), challenge.slice(1))),
    refused('a head of 2^53', 'malformed', cat(u8(9), varUint(6), u64(2 ** 53), zeros(32))),
    refused(
      'a wrap that is too long',
      'too-large',
      cat(u8(5), varUint(5), varUint(1), block(record), oversized(wrap.length)),
    ),
    refused('a record above 12 MiB', 'too-large', cat(u8(5), varUint(5), varUint(1), oversized(12 * 1024 * 1024))),
    refused('a signal above 16 KiB', 'too-large', cat(u8(8), varUint(5), oversized(16 * 1024))),
    refused('a page of 257 records', 'too-large', cat(u8(10), varUint(5), varUint(1), varUint(257))),
    ...truncated('offered', cat(u8(14), u32(7)), [1, 4]),
    ...truncated('prekeys', prekeys, [1, 2, 3, 4, 5, 8, 1369, 1370, -1]),
    refused('257 prekeys', 'too-large', cat(u8(15), varUint(300), u16(257))),
    refused('a prekey of 1,362 bytes', 'too-large', cat(u8(15), varUint(300), u16(1), oversized(1361))),
    refused('a detail above 200 bytes', 'too-large', cat(u8(11), room, varUint(1), u8(1), oversized(200))),
    refused(
      'a detail that is not UTF-8',
      'malformed',
      cat(u8(11), room, varUint(1), u8(1), block(Uint8Array.of(0xc3, 0x28))),
    ),
    refused(
      'a detail with half a surrogate pair',
      'malformed',
      cat(u8(11), room, varUint(1), u8(1), block(Uint8Array.of(0xed, 0xa0, 0x80))),
    ),
  ] satisfies Hostile[],
};

const REASONS =
  'malformed too-large unknown-version bad-signature unknown-device wrong-role replayed-counter stale-epoch stale-head unknown-head epoch-conflict bad-epoch rights-changing unknown-room room-exists wrong-room too-many-rooms not-open rate-limited overloaded storage-failed replaced shutting-down cannot-open foreign-client-id clock-gap missing-dependency missing-delete too-deep document-full too-many-clients bad-encoding bad-snapshot too-entangled session-needed device-revoked banned link-expired link-used-up closed-segment';
export const reasons = {
  about: 'Reasons of refusals and their codes in frames.',
  valid: REASONS.split(' ').map((reason, i) => ({ reason, code: i + 1 })),
  hostile: [],
};
