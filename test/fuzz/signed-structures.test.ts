/** Structures that are signed or hashed: what a decoder accepts is the one encoding of what it returns [EN1], [EN2]. */

import { concatBytes } from '../../src/wire/bytes.ts';
import { decodeCertificate, encodeCertificate } from '../../src/wire/certificate.ts';
import { decodeDeviceList, encodeDeviceList } from '../../src/wire/device-list.ts';
import {
  decodeCore,
  decodeEpochBody,
  decodeWrap,
  encodeCore,
  encodeEpochBody,
  encodeWrap,
} from '../../src/wire/epoch.ts';
import { deviceId, roomId } from '../../src/wire/ids.ts';
import { decodeInvitation, encodeInvitation } from '../../src/wire/invitation.ts';
import { decodeKnock, encodeKnock } from '../../src/wire/knock.ts';
import { decodeNotice, encodeNotice } from '../../src/wire/notice.ts';
import { parseRecord } from '../../src/wire/parsed-record.ts';
import { decodePrekey, encodePrekey } from '../../src/wire/prekey.ts';
import { assembleRecord, decodeRecord, encodeHeader, unsignedBytes } from '../../src/wire/record.ts';
import { expectSameBytes } from '../support/fuzz/canonical.ts';
import { fuzzDecoder } from '../support/fuzz/fuzz-decoder.ts';
import {
  coreBytes,
  deviceList,
  epochBody,
  invitation,
  knock,
  notice,
  prekey,
  record,
  wrap,
} from '../support/fuzz/wire-values.ts';

const room = roomId(new Uint8Array(32).fill(7));
const sender = deviceId(new Uint8Array(32).fill(8));

fuzzDecoder({
  name: 'record',
  make: record,
  decode: (input) => {
    const decoded = decodeRecord(input);
    const header = encodeHeader(decoded.header);
    expectSameBytes(decoded.headerBytes, header);
    const unsigned = concatBytes(header, decoded.nonce, decoded.body);
    expectSameBytes(unsigned, unsignedBytes(decoded));
    return expectSameBytes(input, assembleRecord(unsigned, decoded.signature));
  },
});

fuzzDecoder({
  name: 'epoch-core',
  make: coreBytes,
  decode: (input) => expectSameBytes(input, encodeCore(decodeCore(input))),
});

fuzzDecoder({
  name: 'epoch-body',
  make: epochBody,
  decode: (input) => {
    const { coreBytes, core, lists, wrapHashes } = decodeEpochBody(input);
    expectSameBytes(coreBytes, encodeCore(core));
    return expectSameBytes(
      input,
      encodeEpochBody(
        coreBytes,
        lists.map(({ bytes }) => bytes),
        wrapHashes,
      ),
    );
  },
});

fuzzDecoder({
  name: 'wrap',
  make: wrap,
  decode: (input) => expectSameBytes(input, encodeWrap(decodeWrap(input))),
});

fuzzDecoder({
  name: 'device-list',
  make: deviceList,
  decode: (input) => {
    const { list, proofs } = decodeDeviceList(input);
    return expectSameBytes(input, concatBytes(encodeDeviceList(list), proofs[0]?.signature ?? new Uint8Array()));
  },
});

fuzzDecoder({
  name: 'prekey',
  make: prekey,
  decode: (input) => {
    const { prekey, proof } = decodePrekey(input);
    return expectSameBytes(input, concatBytes(encodePrekey(prekey), proof.signature));
  },
});

fuzzDecoder({
  name: 'certificate',
  make: (random) => random.bytes(96),
  decode: (input) => {
    const { link, proof } = decodeCertificate(input, room, sender);
    return expectSameBytes(input, encodeCertificate(link, proof.signature));
  },
});

fuzzDecoder({
  name: 'invitation',
  make: invitation,
  decode: (input) => {
    const { note, proof } = decodeInvitation(input);
    return expectSameBytes(input, concatBytes(encodeInvitation(note), proof.signature));
  },
});

fuzzDecoder({
  name: 'knock',
  make: knock,
  decode: (input) => {
    const { note, proof } = decodeKnock(input);
    return expectSameBytes(input, concatBytes(encodeKnock(note), proof.signature));
  },
});

fuzzDecoder({
  name: 'notice',
  make: notice,
  decode: (input) => expectSameBytes(input, encodeNotice(decodeNotice(input, { room, sender }))),
});

fuzzDecoder({
  name: 'control-record',
  make: (random) => {
    // A clear header around a body that fits its kind.
    const isEpoch = random.once(2);
    const header = encodeHeader({
      kind: isEpoch ? 'epoch' : 'notice',
      stream: { class: 'none', segment: 0 },
      room,
      epoch: random.u32(),
      sender,
      counter: random.u53(),
      head: { seq: random.u53(), hash: room as never },
      units: 0,
      cover: null,
    });
    return concatBytes(header, isEpoch ? epochBody(random) : notice(random), random.bytes(64));
  },
  decode: (input) => {
    const { record, proofs } = parseRecord(decodeRecord(input));
    if (proofs.length === 0) throw new Error('a record without a signature to check');
    return expectSameBytes(input, record.bytes);
  },
});
