/** Messages of the one WebSocket, links and texts: what nobody signs as a whole. */
import { expect } from 'vitest';
import { fromBase64Url, toBase64Url } from '../../src/wire/base64url.ts';
import { ByteReader, ByteWriter, concatBytes, equalBytes } from '../../src/wire/bytes.ts';
import { decodeClientMessage, encodeClientFrame } from '../../src/wire/client-frames.ts';
import { deviceId, hashId, parseRoomId, roomId } from '../../src/wire/ids.ts';
import { introductionOf } from '../../src/wire/introduction.ts';
import { decodeLink, encodeLink } from '../../src/wire/link.ts';
import { readOpenProof, writeOpenProof } from '../../src/wire/open-proof.ts';
import { decodeRelayMessage, encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { blake2b256 } from '../../sync-server/relay/hash.ts';
import { expectSameBytes, expectStable } from '../support/fuzz/canonical.ts';
import { fuzzDecoder } from '../support/fuzz/fuzz-decoder.ts';
import { clientMessage, openProof, relayMessage } from '../support/fuzz/wire-values.ts';

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const asBytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const room = roomId(new Uint8Array(32).fill(7));
const device = deviceId(new Uint8Array(32).fill(8));

fuzzDecoder({
  name: 'client-message',
  make: clientMessage,
  decode: (input) => expectStable(input, (bytes) => concatBytes(...decodeClientMessage(bytes).map(encodeClientFrame))),
});

fuzzDecoder({
  name: 'relay-message',
  make: relayMessage,
  decode: (input) => expectStable(input, (bytes) => concatBytes(...decodeRelayMessage(bytes).map(encodeRelayFrame))),
});

fuzzDecoder({
  name: 'introduction',
  make: (random) => writeOpenProof(new ByteWriter(), openProof(random)).bytes(),
  decode: (input) => {
    const reader = new ByteReader(input);
    const proof = readOpenProof(reader);
    reader.end();
    const shown = introductionOf(blake2b256, proof, room, device);
    if (shown?.proofs.length === 0) throw new Error('an introduction without a signature to check');
    return expectSameBytes(input, writeOpenProof(new ByteWriter(), proof).bytes());
  },
});

fuzzDecoder({
  name: 'base64url',
  make: (random) => asBytes(toBase64Url(random.bytes(random.below(70)))),
  decode: (input) => {
    const text = latin1(input);
    const bytes = fromBase64Url(text);
    parseRoomId(text);
    if (!bytes) return 'refused';
    if (toBase64Url(bytes) !== text) throw new Error(`two texts mean the same: ${text}`);
    return 'accepted';
  },
});

fuzzDecoder({
  name: 'link',
  make: (random) => {
    const role = random.pick(['viewer', 'commenter', 'editor'] as const);
    const passwordCheck = random.once(2) ? random.bytes(2) : null;
    const link = { room, role, secret: random.bytes(32), epochHash: hashId(random.bytes(32)), passwordCheck };
    return asBytes(encodeLink(blake2b256, link).split('#')[1] ?? '');
  },
  decode: (input) => {
    const fragment = latin1(input);
    const link = decodeLink(blake2b256, room, fragment);
    expect(link.room).toBe(room);
    const again = encodeLink(blake2b256, link);
    if (again !== `/d/${room}#${fragment.replace(/^#/, '')}`) throw new Error('two fragments mean the same');
    return equalBytes(input, new Uint8Array()) ? 'refused' : 'accepted';
  },
});
