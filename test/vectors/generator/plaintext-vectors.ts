/** Vectors of what lies under the seal: updates, snapshots, signals; client ids, padding, the seed. */
import {
  clientId,
  clientIdInput,
  type LedgerClient,
  ledger,
  type Place,
  seedUpdate,
  signalBody,
  snapshotBody,
  type Tab,
  updateBody,
} from './bodies.ts';
import { epoch1 } from './epochs.ts';
import { type Hostile, otherVersions, refused, trailing, truncated } from './hostile.ts';
import { block, cat, hex, u8, u16, u32, u64, varUint, zeros } from './layout.ts';
import { certificate, editLink, someDevice, visitor } from './people.ts';
import { fixed } from './primitives.ts';
import { paddedLength } from './records.ts';

const room = epoch1.core.room;
const EDGE = 2 ** 53;
const nonce = (name: string): Uint8Array => fixed(`nonce ${name}`, 16);
const place: Place = { device: someDevice.key, room, class: 'content' };
const claimOf = (name: string) => ({ clientId: clientId(place, 0, nonce(name)), nonce: nonce(name) });
const claimJson = (claim: { clientId: number; nonce: Uint8Array }) => ({
  clientId: claim.clientId,
  nonce: hex(claim.nonce),
});

export const clientIds = {
  about: '[AD1] Client ids: the first 53 bits of the hash of `input`.',
  valid: [
    { of: place, class: 'content', segment: 0, name: 'a' },
    { of: place, class: 'content', segment: 0, name: 'b' },
    { of: place, class: 'content', segment: 2 ** 32 - 1, name: 'a' },
    { of: { ...place, class: 'comments' }, class: 'comments', segment: 0, name: 'a' },
    { of: { ...place, device: visitor.key }, class: 'content', segment: 0, name: 'a' },
    { of: { ...place, room: fixed('another room') }, class: 'content', segment: 0, name: 'a' },
  ].map(({ of, class: streamClass, segment, name }) => ({
    device: hex(of.device),
    room: hex(of.room),
    stream: { class: streamClass, segment },
    nonce: hex(nonce(name)),
    input: hex(clientIdInput(of, segment, nonce(name))),
    clientId: clientId(of, segment, nonce(name)),
  })),
  hostile: [],
};

const update = fixed('stands for a Yjs update', 50);
const oneClaim = updateBody([claimOf('a')], update);
const manyClaims = Array.from({ length: 64 }, (_, i) => claimOf(`claim ${i}`));

export const updateBodies = {
  about: 'Plaintexts of updates: client ids that the log does not know yet [AD1], then the Yjs update to the end.',
  valid: [
    { name: 'no claim', claims: [], update: hex(update), bytes: hex(updateBody([], update)) },
    { name: 'a claim', claims: [claimJson(claimOf('a'))], update: hex(update), bytes: hex(oneClaim) },
    {
      name: '64 claims, no update',
      claims: manyClaims.map(claimJson),
      update: '',
      bytes: hex(updateBody(manyClaims, zeros(0))),
    },
  ],
  hostile: [
    ...otherVersions('an update', oneClaim),
    ...truncated('an update', oneClaim, [0, 1, 2, 3, 10, 11, 26]),
    refused('65 claims', 'too-many-clients', cat(u8(1), u16(65))),
    refused('a client id of 2^53', 'malformed', updateBody([{ clientId: EDGE, nonce: nonce('a') }], update)),
  ] satisfies Hostile[],
};

const clients: LedgerClient[] = [
  {
    clientId: 1,
    owner: null,
    clock: 2,
    runs: [
      [0, 128],
      [1, 2],
    ],
  },
  {
    ...claimOf('a'),
    owner: { device: someDevice.key, nonce: nonce('a') },
    clock: 300,
    runs: [
      [0, 129],
      [10, 130],
      [200, 0],
    ],
  },
  (() => {
    const id = clientId({ ...place, device: visitor.key }, 0, nonce('v'));
    return { clientId: id, owner: { device: visitor.key, nonce: nonce('v') }, clock: 0, runs: [] };
  })(),
];
const ledgerBytes = ledger(clients, ['root', 'title', [1, 0]]);
const snapshotFields = {
  counters: [
    [someDevice.key, 17],
    [visitor.key, EDGE - 1],
  ] as const,
  controlChain: fixed('control chain'),
  coveredBefore: 12,
  ledger: ledgerBytes,
  state: fixed('stands for a Yjs state', 200),
};
const snapshot = snapshotBody(snapshotFields);
const empty = { counters: [], controlChain: zeros(32), coveredBefore: 0, ledger: zeros(0), state: zeros(0) };

const snapshotVector = (name: string, fields: Parameters<typeof snapshotBody>[0]) => ({
  name,
  fields: {
    counters: Object.fromEntries(fields.counters.map(([device, counter]) => [hex(device), Number(counter)])),
    controlChain: hex(fields.controlChain),
    coveredBefore: Number(fields.coveredBefore),
    ledger: hex(fields.ledger),
    state: hex(fields.state),
  },
  bytes: hex(snapshotBody(fields)),
});

export const snapshotBodies = {
  about:
    '[SN1] Plaintexts of snapshots and the ledger inside. Devices are in the order of their base64url text. Hostile ledgers are refused when read for `room`, content, segment 0.',
  room: hex(room),
  valid: [snapshotVector('a snapshot', snapshotFields), snapshotVector('empty', empty)],
  ledgers: [
    {
      name: 'the seed’s client and two owners',
      clients: clients.map(({ clientId: id, owner, clock }) => ({
        clientId: id,
        owner: owner && hex(owner.device),
        clock,
      })),
      bytes: hex(ledgerBytes),
    },
  ],
  hostile: [
    ...otherVersions('a snapshot', snapshot),
    ...truncated('a snapshot', snapshot, [0, 1, 2, 34, 41, 82, 113, 114, 125, 150, -200, -1]),
    trailing('a snapshot', snapshot),
    refused('2,001 counters', 'malformed', cat(u8(1), varUint(2001))),
    refused('a counter of 2^53', 'malformed', snapshotBody({ ...empty, counters: [[someDevice.key, EDGE]] })),
    refused('a covered position of 2^53', 'malformed', snapshotBody({ ...empty, coveredBefore: EDGE })),
    refused('a state above 8 MiB', 'too-large', cat(snapshotBody(empty).slice(0, -4), u32(8 * 1024 * 1024 + 1))),
    refused('a ledger above 11 MiB', 'too-large', cat(snapshotBody(empty).slice(0, -8), u32(11 * 1024 * 1024 + 1))),
  ] satisfies Hostile[],
  hostileLedgers: [
    ...truncated('a ledger', ledgerBytes, [0, 1, 33, 65, 66, 67, 68, 70, 80, -1]),
    trailing('a ledger', ledgerBytes),
    refused(
      'an owner that is not listed',
      'malformed',
      cat(varUint(0), varUint(1), varUint(5), varUint(1), varUint(0), varUint(0)),
    ),
    refused(
      'an id handed to another device',
      'malformed',
      ledger([{ ...claimOf('a'), owner: { device: visitor.key, nonce: nonce('a') }, clock: 1, runs: [] }], []),
    ),
    refused('a list that is there twice', 'malformed', ledger(clients, ['root', 'title', 'root'])),
    refused(
      'a list of a client id that is not there',
      'malformed',
      cat(ledger([], []).slice(0, -1), varUint(1), varUint(7)),
    ),
    refused('a place in a list that is not there', 'malformed', ledger(clients, ['root', 'title'])),
    refused('too many client ids', 'malformed', cat(varUint(0), varUint(100_002))),
  ] satisfies Hostile[],
};

const tab: Tab = { ...claimOf('a'), clock: 5, state: '{"user":{"name":"Zoë"},"cursor":null}' };
const gone: Tab = { ...claimOf('b'), clock: EDGE - 1, state: 'null' };
const visitorCertificate = certificate(editLink, room, visitor.key);
const chain = fixed('control chain', 32);
const signal = signalBody(visitorCertificate, chain, 1, [tab, gone]);
const tabJson = (of: Tab) => ({
  clientId: Number(of.clientId),
  nonce: hex(of.nonce),
  clock: Number(of.clock),
  state: of.state,
});

export const signalBodies = {
  about: 'Plaintexts of signals of the one type there is: presence.',
  valid: [
    {
      name: 'a visitor with two tabs',
      fields: {
        certificate: hex(visitorCertificate),
        controlChain: hex(chain),
        asks: true,
        lacks: false,
        entries: [tabJson(tab), tabJson(gone)],
      },
      bytes: hex(signal),
    },
    {
      name: 'a heartbeat',
      fields: { certificate: '', controlChain: hex(zeros(32)), asks: false, lacks: false, entries: [] },
      bytes: hex(signalBody(zeros(0), zeros(32), 0, [])),
    },
    {
      name: 'a device that lacks what was sealed before',
      fields: { certificate: '', controlChain: hex(chain), asks: true, lacks: true, entries: [] },
      bytes: hex(signalBody(zeros(0), chain, 3, [])),
    },
  ],
  hostile: [
    ...otherVersions('a signal', signal, 3),
    refused('a type that is none', 'unknown-version', cat(u8(3), u8(2), signal.slice(2))),
    ...truncated('a signal', signal, [0, 1, 2, 5, 6, 101, 102, 133, 134, 135, 136, 143, 159, 167, 171, 182, -1]),
    trailing('a signal', signal),
    refused('a certificate of 97 bytes', 'too-large', cat(u8(3), u8(1), block(zeros(97)))),
    refused('an unknown flag', 'malformed', cat(u8(3), u8(1), block(zeros(0)), zeros(32), u8(4), u8(0))),
    refused('33 tabs', 'too-large', cat(signalBody(zeros(0), zeros(32), 0, []).slice(0, -1), u8(33))),
    refused('a client id of 2^53', 'malformed', signalBody(zeros(0), zeros(32), 0, [{ ...tab, clientId: EDGE }])),
    refused('a clock of 2^53', 'malformed', signalBody(zeros(0), zeros(32), 0, [{ ...tab, clock: EDGE }])),
    refused(
      'a state that is not UTF-8',
      'malformed',
      cat(
        signalBody(zeros(0), zeros(32), 0, []).slice(0, -1),
        u8(1),
        u64(1),
        nonce('a'),
        u64(1),
        block(Uint8Array.of(0xff)),
      ),
    ),
  ] satisfies Hostile[],
};

const LENGTHS = [
  0, 1, 251, 252, 253, 255, 256, 257, 263, 264, 265, 300, 511, 512, 513, 527, 528, 529, 1000, 1023, 1024, 1025, 1055,
  1056, 1057, 4096, 4097, 9999, 65_535, 65_536, 65_537, 100_000, 1_000_000, 1_048_576, 1_048_577, 8_388_608, 8_388_609,
];
export const padding = {
  about: '[RE4] Lengths after padding, of a plaintext with its four bytes of length already counted.',
  valid: LENGTHS.map((length) => ({ length, padded: paddedLength(length) })),
  hostile: [],
};

export const seed = {
  about: 'Position 0 of every content stream: one empty paragraph, a Yjs update (V1) that everybody applies.',
  valid: [{ class: 'content', update: hex(seedUpdate()) }],
  hostile: [],
};
