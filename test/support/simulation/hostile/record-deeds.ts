/** Records whose header, signature or sender is wrong: the relay takes none of them [CO1], [CO2], [RE2], [RO1], [EP4]. */
import { encodeUpdateBody } from '../../../../src/engine/rooms/update-body.ts';
import { decodeCertificate, encodeCertificate } from '../../../../src/wire/certificate.ts';
import { TITLE_NAME } from '../../../../src/wire/document.ts';
import { encodeCore, encodeEpochBody } from '../../../../src/wire/epoch.ts';
import { hashId, roomId } from '../../../../src/wire/ids.ts';
import { encodeNotice } from '../../../../src/wire/notice.ts';
import { CONTENT, type Header } from '../../../../src/wire/record.ts';
import type { HostileMember } from './hostile-member.ts';
import type { Attempt } from './update-deeds.ts';

const OTHER_HASH = hashId(new Uint8Array(32).fill(7));

/** A body that would be let in, so that the header alone is at fault. */
function body(member: HostileMember): Uint8Array {
  const claim = member.claim();
  const update = member.updateUnder(claim.clientId, (doc) => doc.getText(TITLE_NAME).insert(0, 'hostile'));
  return encodeUpdateBody({ claims: [claim], update });
}

const withHeader =
  (overrides: (member: HostileMember) => Partial<Header>): Attempt =>
  (member) => ({ fate: 'refused', record: member.sealed('update', body(member), overrides(member)) });

const staleCounter = withHeader(() => ({ counter: 0 }));
const pastEpoch = withHeader(() => ({ epoch: 0 }));
const futureEpoch = withHeader((member) => ({ epoch: (member.reader.access?.epoch ?? 1) + 1 }));
const headBeforeEpoch = withHeader((member) => ({ head: { ...member.reader.position, seq: 0 } }));
const headAhead = withHeader((member) => ({
  head: { ...member.reader.position, seq: member.reader.position.seq + 10_000 },
}));
const forgedHead = withHeader((member) => ({ head: { seq: member.reader.position.seq, hash: OTHER_HASH } }));
const otherRoom = withHeader(() => ({ room: roomId(new Uint8Array(32).fill(9)) }));

const anothersName: Attempt = (member) => {
  const { access } = member.reader;
  const others = [...(access?.principalOfDevice.keys() ?? [])].filter((device) => device !== member.identity.device);
  if (others.length === 0) return null;
  const sender = member.random.pick(others);
  return { fate: 'refused', record: member.sealed('update', body(member), { sender, counter: 1_000_000 }) };
};

const badSignature: Attempt = (member) => {
  const record = member.sealed('update', body(member));
  record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
  return { fate: 'refused', record };
};

const ofAnotherLog: Attempt = (member) => {
  const cover = { seq: member.reader.position.seq, hash: OTHER_HASH };
  return { fate: 'refused', record: member.sealed('snapshot', member.random.bytes(60), { cover }) };
};

/** An epoch of its own making: links never sign one. */
const ownEpoch: Attempt = (member) => {
  const { access } = member.reader;
  if (!access) return null;
  const core = encodeCore({
    ...access.core,
    epoch: access.epoch + 1,
    previous: access.epochHash,
    lastListChange: access.lastListChange,
    position: member.reader.position,
  });
  const record = member.clear('epoch', encodeEpochBody(core, [], []), { epoch: access.epoch + 1 });
  return { fate: 'refused', record };
};

const leave: Attempt = (member) => ({
  fate: 'refused',
  record: member.clear('notice', encodeNotice({ type: 'leave' })),
});

/** A certificate that the link never gave. */
const forgedCertificate: Attempt = (member) => {
  const bytes = encodeCertificate(member.link.principal, member.random.bytes(64));
  const certificate = decodeCertificate(bytes, member.room, member.identity.device);
  return { fate: 'refused', record: member.clear('notice', encodeNotice({ type: 'visitor', certificate })) };
};

export const RECORD_DEEDS: readonly (readonly [weight: number, kind: string, attempt: Attempt])[] = [
  [1, 'a stale counter', staleCounter],
  [1, 'an epoch that is over', pastEpoch],
  [1, 'an epoch of the future', futureEpoch],
  [1, 'a head before the epoch', headBeforeEpoch],
  [1, 'a head of the future', headAhead],
  [1, 'a forged head', forgedHead],
  [1, 'a record of another room', otherRoom],
  [1, 'a record in another’s name', anothersName],
  [1, 'a bad signature', badSignature],
  [1, 'a snapshot of another log', ofAnotherLog],
  [1, 'an epoch of its own', ownEpoch],
  [1, 'a link that leaves', leave],
  [1, 'a forged certificate', forgedCertificate],
];

/** What a viewer tries: everything that only others may. */
export const VIEWER_DEEDS: readonly (readonly [weight: number, kind: string, attempt: Attempt])[] = [
  [3, 'a viewer’s update', (member) => ({ fate: 'refused', record: member.sealed('update', body(member)) })],
  [2, 'a viewer’s introduction', (member) => ({ fate: 'refused', record: member.introduction() })],
  [
    1,
    'a viewer’s snapshot',
    (member) => ({
      fate: 'refused',
      record: member.sealed('snapshot', member.random.bytes(60), { cover: member.reader.position }),
    }),
  ],
  [
    1,
    'a viewer’s objection',
    (member) => ({
      fate: 'refused',
      record: member.clear('notice', encodeNotice({ type: 'objection', seq: 1, record: OTHER_HASH })),
    }),
  ],
  [1, 'a viewer’s record in another’s name', anothersName],
  [
    1,
    'a viewer’s comment',
    (member) => ({
      fate: 'refused',
      record: member.sealed('update', body(member), { stream: { ...CONTENT, class: 'comments' } }),
    }),
  ],
];
