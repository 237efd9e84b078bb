/** Everything that the product seals: how, and how it is opened. A row each, as in signed-things.ts. */
import { openBundle, openMaster, sealBundle, sealMaster } from '../../../src/engine/accounts/bundle.ts';
import { openTwice, type Purpose, sealTwice } from '../../../src/engine/accounts/pairing-messages.ts';
import { commitment, unwrapSecret, wrapSecret } from '../../../src/engine/epochs/wraps.ts';
import type { Box, BoxChange } from '../../../src/engine/ports.ts';
import { openRecord, RecordKeys, sealRecord } from '../../../src/engine/seal/record-seal.ts';
import { boxKeyFromSeed, sign } from '../../../src/engine/seal/sodium.ts';
import { DamagedVault, SealedBox } from '../../../src/engine/vault/sealed-box.ts';
import { nodeRandom as random } from '../../../src/platform/node/random.ts';
import { concatBytes, WireError } from '../../../src/wire/bytes.ts';
import { decodeWrap, type EpochCore, encodeWrap, NO_ROOM } from '../../../src/wire/epoch.ts';
import type { WayIn } from '../../../src/wire/http/accounts.ts';
import { accountId } from '../../../src/wire/http/fields.ts';
import { hashId, roomId, START, ZERO_HASH } from '../../../src/wire/ids.ts';
import {
  assembleRecord,
  decodeRecord,
  encodeHeader,
  type Kind,
  NONCE_BYTES,
  signedBytes,
} from '../../../src/wire/record.ts';
import { ManualClock } from '../manual-clock.ts';
import { type Context, coreHashOf, deviceOf, type Field, filled, headerOf, kemOf, signerOf } from './context.ts';

export type SealedThing = {
  readonly name: string;
  /** Of its key and of its associated data. */
  readonly labels: readonly string[];
  readonly binds: readonly Field[];
  readonly free: Readonly<Partial<Record<'room' | 'epoch' | 'stream' | 'sender', string>>>;
  readonly seal: (c: Context) => Uint8Array;
  /** By somebody who may put anything around it: what signs, or names a recipient, is right for the context. */
  readonly opens: (bytes: Uint8Array, c: Context) => boolean;
  /** Nonce and ciphertext, without what else stands before them. */
  readonly inner: (bytes: Uint8Array) => Uint8Array;
  /** The bytes that `opens` takes, around another inner part. */
  readonly around: (inner: Uint8Array) => Uint8Array;
};

const bare = { inner: (bytes: Uint8Array) => bytes, around: (inner: Uint8Array) => inner };
const versioned = {
  inner: (bytes: Uint8Array) => bytes.subarray(1),
  around: (inner: Uint8Array) => concatBytes(Uint8Array.of(1), inner),
};
const PLAIN = new TextEncoder().encode('what nobody else may read');

/** What decodes to nothing opens nothing. */
function orNot(opens: () => boolean): boolean {
  try {
    return opens();
  } catch (error) {
    if (error instanceof WireError || error instanceof DamagedVault) return false;
    throw error;
  }
}

const keyOf = (c: Context) => ({ epoch: c.epoch, coreHash: coreHashOf(c), secret: filled(c.secret) });

function recordThing(kind: Kind): SealedThing {
  const hasStream = kind === 'update' || kind === 'snapshot';
  return {
    name: `content: ${kind}`,
    labels: ['record-key'],
    binds: [
      'room',
      'epoch',
      'sender',
      'counter',
      'head',
      'secret',
      ...(hasStream ? (['stream', 'segment'] as const) : []),
    ],
    free: hasStream ? {} : { stream: 'it belongs to the room itself' },
    ...bare,
    seal: (c) => {
      const record = decodeRecord(
        sealRecord(new RecordKeys(), keyOf(c), headerOf(kind, c), PLAIN, signerOf(c.sender), random),
      );
      return concatBytes(record.nonce, record.body);
    },
    opens: (bytes, c) =>
      orNot(() => {
        const unsigned = concatBytes(encodeHeader(headerOf(kind, c)), bytes);
        const signed = assembleRecord(unsigned, sign(signedBytes(kind, unsigned), signerOf(c.sender)));
        return openRecord(new RecordKeys(), keyOf(c), decodeRecord(signed)).ok;
      }),
  };
}

const coreOf = (c: Context): EpochCore => ({
  room: roomId(filled(c.room)),
  epoch: c.epoch,
  previous: hashId(filled(c.room)),
  lastListChange: ZERO_HASH,
  position: START,
  date: 0,
  newcomers: 'see-all',
  segment: 0,
  access: [],
  lists: [],
  devices: [],
  links: [],
  commitment: commitment(filled(c.secret), c.epoch, hashId(filled(c.room))),
});
const prekeyOf = ({ account }: Context) => kemOf(50 + account);

/** Of what a wrap consists of before nonce and sealed secret. */
let wrapBefore = new Uint8Array();
const wrap: SealedThing = {
  name: 'a wrap',
  labels: ['wrap-key', 'core', 'commitment'],
  binds: ['room', 'epoch', 'recipient', 'account', 'secret'],
  free: { stream: 'one secret serves all streams', sender: 'the core names nobody: the record around it is signed' },
  inner: (bytes) => bytes.subarray(wrapBefore.length),
  around: (inner) => concatBytes(wrapBefore, inner),
  seal: (c) => {
    const recipient = { id: deviceOf(c.recipient), prekey: 1, kemKey: prekeyOf(c).publicKey };
    const bytes = wrapSecret(filled(c.secret), coreHashOf(c), recipient, random);
    wrapBefore = bytes.slice(0, bytes.length - NONCE_BYTES - 48);
    return bytes;
  },
  opens: (bytes, c) =>
    orNot(() => {
      const named = encodeWrap({ ...decodeWrap(bytes), recipient: deviceOf(c.recipient) });
      return unwrapSecret(named, coreOf(c), coreHashOf(c), deviceOf(c.recipient), prekeyOf(c).secretKey).ok;
    }),
};

const ACCOUNT_WIDE = { room: 'it is of the account', epoch: 'it outlives epochs', stream: 'it is about no content' };
const NO_SENDER = { sender: 'whoever has the key may seal' };
const accountOf = ({ account }: Context) => accountId(filled(account, 16));

const masterThing = (way: WayIn): SealedThing => ({
  name: `a master key, by ${way}`,
  labels: ['master-wrap', 'master'],
  binds: ['account', 'secret'],
  free: { ...ACCOUNT_WIDE, ...NO_SENDER },
  ...versioned,
  seal: (c) => sealMaster(filled(3), accountOf(c), way, filled(c.secret), random),
  opens: (bytes, c) => openMaster(bytes, accountOf(c), way, filled(c.secret)) !== undefined,
});

const bundle: SealedThing = {
  name: 'a bundle',
  labels: ['bundle-key', 'bundle'],
  binds: ['account', 'version', 'secret'],
  free: { ...ACCOUNT_WIDE, ...NO_SENDER },
  ...versioned,
  seal: (c) => {
    const inside = { identitySeed: filled(5), accountKeySeed: filled(6), home: NO_ROOM, serverKey: filled(7) };
    return sealBundle(inside, accountOf(c), c.version, filled(c.secret), random);
  },
  opens: (bytes, c) => openBundle(bytes, accountOf(c), c.version, filled(c.secret)) !== undefined,
};

const pairingThing = (purpose: Purpose): SealedThing => ({
  name: `a ${purpose}`,
  labels: ['pairing-key', 'pairing'],
  // The account stands for the box key here.
  binds: ['account', 'secret'],
  free: { ...ACCOUNT_WIDE, ...NO_SENDER },
  ...bare,
  seal: (c) => sealTwice(PLAIN, purpose, { boxKey: boxOf(c).publicKey, secret: filled(c.secret) }, random),
  opens: (bytes, c) => openTwice(bytes, purpose, boxOf(c), filled(c.secret)) !== undefined,
});
const boxOf = ({ account }: Context) => boxKeyFromSeed(filled(50 + account));

function vaultBox(c: Context, onCommit: (change: BoxChange) => void = () => undefined): SealedBox {
  const box: Box = {
    read: async () => ({ values: new Map(), lists: new Map() }),
    commit: async (change) => onCommit(change),
    close: async () => undefined,
  };
  return new SealedBox(box, c.box, filled(c.secret), { random, clock: new ManualClock() }, () => undefined);
}
const vault: SealedThing = {
  name: 'a value of the vault',
  labels: ['vault'],
  binds: ['box', 'place', 'secret'],
  free: { ...ACCOUNT_WIDE, ...NO_SENDER },
  ...bare,
  seal: (c) => {
    let sealed: Uint8Array | null | undefined;
    vaultBox(c, ({ values }) => {
      sealed = values?.[c.place];
    }).write({ values: { [c.place]: PLAIN } });
    if (!sealed) throw new Error('nothing was written');
    return sealed;
  },
  opens: (bytes, c) => orNot(() => vaultBox(c).open(c.place, bytes).length > 0),
};

export const SEALED: readonly SealedThing[] = [
  ...(['update', 'snapshot', 'signal'] as const).map(recordThing),
  wrap,
  masterThing('password'),
  masterThing('recovery'),
  bundle,
  pairingThing('greeting'),
  pairingThing('welcome'),
  vault,
];
