/** Everything that the product signs, a row each; labels.test.ts holds that each label and each place that signs has one. */
import * as v from 'valibot';
import { provenDeviceList } from '../../../src/engine/epochs/device-lists.ts';
import { linkKeys } from '../../../src/engine/epochs/link-keys.ts';
import { ownPrekey } from '../../../src/engine/epochs/next-epoch.ts';
import { type SigningKey, sign } from '../../../src/engine/seal/sodium.ts';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { concatBytes, utf8, WireError } from '../../../src/wire/bytes.ts';
import { certificateSignedBytes, encodeCertificate } from '../../../src/wire/certificate.ts';
import { decodeClientMessage, encodeClientFrame, helloSignedBytes } from '../../../src/wire/client-frames.ts';
import {
  decodeDeviceList,
  deviceListSignedBytes,
  encodeDeviceList,
  listingSignedBytes,
} from '../../../src/wire/device-list.ts';
import { type EpochCore, encodeCore, encodeEpochBody, NO_ROOM } from '../../../src/wire/epoch.ts';
import { claimSignedBytes, deviceProof, signInSignedBytes } from '../../../src/wire/http/sign-in.ts';
import { deviceId, hashId, idBytes, principalId, roomId, START, ZERO_HASH } from '../../../src/wire/ids.ts';
import { introductionOf } from '../../../src/wire/introduction.ts';
import { decodeInvitation, encodeInvitation, invitationSignedBytes } from '../../../src/wire/invitation.ts';
import { decodeKnock, encodeKnock, knockSignedBytes } from '../../../src/wire/knock.ts';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import { encodeNotice } from '../../../src/wire/notice.ts';
import { parseRecord } from '../../../src/wire/parsed-record.ts';
import { decodePrekey, encodePrekey, prekeySignedBytes } from '../../../src/wire/prekey.ts';
import { assembleRecord, decodeRecord, encodeHeader, KINDS, type Kind, signedBytes } from '../../../src/wire/record.ts';
import { judgeHello } from '../../../sync-server/relay/greeting.ts';
import { blake2b256 } from '../../../sync-server/relay/hash.ts';
import { checkedList } from '../../../sync-server/service/signed-list.ts';
import { type Context, deviceOf, filled, headerOf, identityOf, kemOf, principalOf, signerOf } from './context.ts';
import { byProofs, type SignedThing, verifier } from './signed-thing.ts';

const deviceKey = ({ sender }: Context): SigningKey => signerOf(sender);
const identityKey = ({ sender }: Context): SigningKey => identityOf(sender);
const NO_EPOCH = 'it outlives epochs';
const NO_STREAM = 'it is about no content';

/** Of nobody: who is in is judged elsewhere. */
const CORE: EpochCore = {
  room: NO_ROOM,
  epoch: 1,
  previous: ZERO_HASH,
  lastListChange: ZERO_HASH,
  position: START,
  date: 0,
  newcomers: 'see-all',
  segment: 0,
  access: [],
  lists: [],
  devices: [],
  links: [],
  commitment: filled(0),
};
const SEALED_BODY = filled(9, 24 + 272);
const BODIES: Readonly<Record<Kind, Uint8Array>> = {
  epoch: encodeEpochBody(encodeCore(CORE), [], []),
  notice: encodeNotice({ type: 'leave' }),
  update: SEALED_BODY,
  snapshot: SEALED_BODY,
  signal: SEALED_BODY,
};
const unsignedRecord = (kind: Kind, c: Context): Uint8Array =>
  concatBytes(encodeHeader(headerOf(kind, c)), BODIES[kind]);

function recordThing(kind: Kind): SignedThing {
  const hasStream = kind === 'update' || kind === 'snapshot';
  return {
    name: `a record: ${kind}`,
    label: `record/${kind}`,
    binds: ['room', 'epoch', 'sender', 'counter', 'head', ...(hasStream ? (['stream', 'segment'] as const) : [])],
    free: hasStream ? {} : { stream: 'it belongs to the room itself' },
    key: deviceKey,
    payload: (c) => unsignedRecord(kind, c),
    over: (payload) => signedBytes(kind, payload),
    ...byProofs((signature, c) => parseRecord(decodeRecord(assembleRecord(unsignedRecord(kind, c), signature))).proofs),
  };
}

const listWith = (c: Context, listing: Uint8Array): Uint8Array =>
  encodeDeviceList({
    principal: principalOf(c.sender),
    version: c.version,
    previous: ZERO_HASH,
    devices: [deviceOf(c.recipient)],
    listings: [listing],
  });
const listingBy = (c: Context): Uint8Array => sign(listingSignedBytes(principalOf(c.sender)), signerOf(c.recipient));
const listAsSigned = (c: Context, signature: Uint8Array): Uint8Array =>
  concatBytes(listWith(c, listingBy(c)), signature);
/** Whole, with the right signature of the principal around a listing of its device. */
const listAround = (c: Context, listing: Uint8Array): Uint8Array => {
  const unsigned = listWith(c, listing);
  return concatBytes(unsigned, sign(deviceListSignedBytes(unsigned), identityOf(c.sender)));
};
const asList = (
  bytesOf: (c: Context, signature: Uint8Array) => Uint8Array,
): Pick<SignedThing, 'client' | 'server'> => ({
  client: (signature, c) => provenDeviceList(bytesOf(c, signature), principalOf(c.sender)) !== undefined,
  server: async (signature, c) => (await checkedList(verifier, bytesOf(c, signature))).ok,
});

const unsignedPrekey = (c: Context): Uint8Array =>
  encodePrekey({
    device: deviceOf(c.sender),
    id: c.counter,
    date: 1_000 * c.head,
    listVersion: c.version,
    listHash: hashId(filled(c.account)),
    kemKey: kemOf(c.secret).publicKey,
  });

const noteOf = (c: Context): Uint8Array =>
  encodeInvitation({
    room: roomId(filled(c.room)),
    epochHash: hashId(filled(c.epoch)),
    role: 'editor',
    recipient: principalOf(c.recipient),
    sender: principalOf(c.sender),
    device: deviceOf(c.sender),
    list: decodeDeviceList(listOfOne(c)),
  });
const knockOf = (c: Context): Uint8Array =>
  encodeKnock({
    room: roomId(filled(c.room)),
    role: 'editor',
    principal: principalOf(c.sender),
    device: deviceOf(c.sender),
    list: decodeDeviceList(listOfOne(c)),
  });
/** The sender's device on the sender's list. */
const listOfOne = (c: Context): Uint8Array =>
  listAround({ ...c, recipient: c.sender }, listingBy({ ...c, recipient: c.sender }));

/** What the service takes out of a request, before it looks at the signature. */
function proofInRequest(
  signature: Uint8Array,
  c: Context,
  message: (device: ReturnType<typeof deviceOf>) => Uint8Array,
) {
  const device = idBytes(deviceOf(c.sender));
  const parsed = v.safeParse(deviceProof, { id: toBase64Url(device), signature: toBase64Url(signature) });
  if (!parsed.success) throw new WireError('malformed', 'device proof');
  return [{ key: idBytes(parsed.output.id), message: message(parsed.output.id), signature: parsed.output.signature }];
}

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

const certificate: SignedThing = {
  name: 'a certificate',
  label: 'certificate',
  binds: ['room', 'recipient', 'secret'],
  free: {
    epoch: 'it counts while its link is in the access list [CE1]',
    stream: NO_STREAM,
    sender: 'the link is bound, its secret',
  },
  key: ({ secret }) => linkKeys(filled(secret)).signing,
  payload: (c) => concatBytes(filled(c.room), idBytes(deviceOf(c.recipient))),
  over: (payload) =>
    payload.length === 64
      ? certificateSignedBytes(roomId(payload.subarray(0, 32)), deviceId(payload.subarray(32)))
      : undefined,
  ...byProofs((signature, c) => {
    const bytes = encodeCertificate(linkKeys(filled(c.secret)).principal, signature);
    const shown = { type: 'certificate' as const, bytes };
    return introductionOf(blake2b256, shown, roomId(filled(c.room)), deviceOf(c.recipient))?.proofs ?? [];
  }),
};

const prekey: SignedThing = {
  name: 'a prekey',
  label: 'prekey',
  binds: ['sender', 'counter', 'head', 'version', 'account', 'secret'],
  free: { room: 'one serves all rooms', epoch: NO_EPOCH, stream: NO_STREAM },
  key: deviceKey,
  payload: unsignedPrekey,
  over: prekeySignedBytes,
  client: (signature, c) => ownPrekey(deviceOf(c.sender), concatBytes(unsignedPrekey(c), signature)) !== undefined,
  server: byProofs((signature, c) => [decodePrekey(concatBytes(unsignedPrekey(c), signature)).proof]).server,
};

const hello: SignedThing = {
  name: 'a hello',
  label: 'hello',
  binds: ['sender', 'nonce', 'host'],
  free: { room: 'it opens a socket, not a room', epoch: NO_EPOCH, stream: NO_STREAM },
  key: deviceKey,
  payload: ({ nonce, host }) => concatBytes(filled(nonce), utf8(host)),
  // The challenge is the relay's choice: it may be anything.
  over: (payload) => helloSignedBytes(payload, ''),
  client: byProofs((signature, c) => [
    { key: idBytes(deviceOf(c.sender)), message: helloSignedBytes(filled(c.nonce), c.host), signature },
  ]).client,
  server: async (signature, c) => {
    const said = { type: 'hello' as const, version: PROTOCOL_VERSION, device: deviceOf(c.sender), signature };
    try {
      const frames = decodeClientMessage(encodeClientFrame(said));
      const [frame] = frames;
      if (frames.length !== 1 || frame?.type !== 'hello') return false;
      return (await judgeHello(verifier, filled(c.nonce), c.host, frame)).ok;
    } catch (error) {
      if (error instanceof WireError) return false;
      throw error;
    }
  },
};

export const SIGNED: readonly SignedThing[] = [
  ...KINDS.map(recordThing),
  {
    name: 'a device list',
    label: 'device-list',
    binds: ['sender', 'version', 'recipient'],
    free: { room: 'one serves all rooms', epoch: NO_EPOCH, stream: NO_STREAM },
    key: identityKey,
    payload: (c) => listWith(c, listingBy(c)),
    over: deviceListSignedBytes,
    ...asList(listAsSigned),
  },
  {
    name: 'a listing',
    label: 'listing',
    binds: ['sender', 'recipient'],
    free: { room: 'one serves all rooms', epoch: NO_EPOCH, stream: NO_STREAM },
    key: ({ recipient }) => signerOf(recipient),
    payload: ({ sender }) => idBytes(principalOf(sender)),
    over: (payload) => (payload.length === 32 ? listingSignedBytes(principalId(payload)) : undefined),
    ...asList(listAround),
  },
  prekey,
  certificate,
  hello,
  {
    name: 'an invitation',
    label: 'invitation',
    binds: ['room', 'epoch', 'sender', 'recipient'],
    free: { stream: NO_STREAM },
    key: deviceKey,
    payload: noteOf,
    over: invitationSignedBytes,
    ...byProofs((signature, c) => {
      const { note, proof } = decodeInvitation(concatBytes(noteOf(c), signature));
      return [proof, ...note.list.proofs];
    }),
  },
  {
    name: 'a knock',
    label: 'knock',
    binds: ['room', 'sender'],
    free: { epoch: NO_EPOCH, stream: NO_STREAM },
    key: deviceKey,
    payload: knockOf,
    over: knockSignedBytes,
    ...byProofs((signature, c) => {
      const { note, proof } = decodeKnock(concatBytes(knockOf(c), signature));
      return [proof, ...note.list.proofs];
    }),
  },
  {
    name: 'a sign-in',
    label: 'sign-in',
    binds: ['sender', 'nonce', 'host'],
    free: { room: 'it opens a session', epoch: NO_EPOCH, stream: NO_STREAM },
    key: deviceKey,
    payload: ({ nonce, host }) => concatBytes(filled(nonce, 16), utf8(host)),
    over: (payload) => signInSignedBytes(payload, ''),
    ...byProofs((signature, c) => proofInRequest(signature, c, () => signInSignedBytes(filled(c.nonce, 16), c.host))),
  },
  {
    name: 'a claim',
    label: 'claim',
    binds: ['sender', 'host'],
    free: { room: 'it opens a session', epoch: NO_EPOCH, stream: NO_STREAM },
    key: deviceKey,
    payload: ({ sender, host }) => concatBytes(idBytes(deviceOf(sender)), utf8(host)),
    over: (payload) => {
      const host = payload.length < 32 ? undefined : textOf(payload.subarray(32));
      return host === undefined ? undefined : claimSignedBytes(deviceId(payload.subarray(0, 32)), host);
    },
    ...byProofs((signature, c) => proofInRequest(signature, c, (device) => claimSignedBytes(device, c.host))),
  },
];
