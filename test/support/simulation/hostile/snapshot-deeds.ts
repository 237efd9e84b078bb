/** Snapshots that are not what they say, objections to those that are, and notices that say nothing new [SN1]–[SN3], [NO5]. */
import * as Y from 'yjs';
import { Ledger } from '../../../../src/engine/rooms/admission.ts';
import { compactState } from '../../../../src/engine/rooms/compact-state.ts';
import { snapshotOf } from '../../../../src/engine/rooms/replay.ts';
import { seedOf } from '../../../../src/engine/rooms/seed.ts';
import { decodeSnapshotBody, encodeSnapshotBody } from '../../../../src/engine/rooms/snapshot-body.ts';
import { blake2b } from '../../../../src/engine/seal/sodium.ts';
import { positionOf } from '../../../../src/engine/vault/room-vault.ts';
import { recordHash } from '../../../../src/wire/chain.ts';
import { TITLE_NAME } from '../../../../src/wire/document.ts';
import { hashId } from '../../../../src/wire/ids.ts';
import { encodeNotice } from '../../../../src/wire/notice.ts';
import { CONTENT, kindOf } from '../../../../src/wire/record.ts';
import type { HostileMember } from './hostile-member.ts';
import type { Attempt } from './update-deeds.ts';

const honest = (member: HostileMember) => {
  const made = snapshotOf(member.options, member.held.kept, CONTENT, member.reader.position.seq);
  return made.ok && made.value.cover.seq > member.reader.coveredBefore(CONTENT) ? made.value : undefined;
};

/** Stands by itself, with a ledger that fits it: only who holds the log can tell that it is false. */
const rewritten: Attempt = (member) => {
  const snapshot = honest(member);
  const seed = seedOf(CONTENT);
  if (!snapshot || !seed) return null;
  const claim = member.claim();
  const ledger = new Ledger(member.room, CONTENT);
  ledger.seed(seed);
  const other = new Y.Doc();
  Y.applyUpdate(other, seed);
  const update = member.updateUnder(
    claim.clientId,
    (doc) => doc.getText(TITLE_NAME).insert(0, 'nobody wrote this'),
    other,
  );
  const judged = ledger.judge(member.identity.device, { claims: [claim], update });
  if (!judged.ok) throw new Error(judged.reason);
  ledger.admit(judged.value);
  Y.applyUpdate(other, update);
  const plain = encodeSnapshotBody({
    ...decodeSnapshotBody(snapshot.plain),
    ledger: ledger.encode(),
    state: compactState(Y.encodeStateAsUpdate(other), ledger.clients),
  });
  return { fate: 'counts', record: member.sealed('snapshot', plain, { cover: snapshot.cover }) };
};

/** The state is right, but somebody's counters are made so high that nothing of theirs would count again. */
const silencing: Attempt = (member) => {
  const snapshot = honest(member);
  if (!snapshot) return null;
  const body = decodeSnapshotBody(snapshot.plain);
  const counters = new Map([...body.counters].map(([device, counter]) => [device, counter + 1_000_000]));
  const plain = encodeSnapshotBody({ ...body, counters });
  return { fate: 'counts', record: member.sealed('snapshot', plain, { cover: snapshot.cover }) };
};

const empty: Attempt = (member) => {
  const cover = member.reader.position;
  if (cover.seq <= member.reader.coveredBefore(CONTENT)) return null;
  return { fate: 'void', record: member.sealed('snapshot', member.random.bytes(200), { cover }) };
};

/** Its state is no Yjs update. */
const brokenState: Attempt = (member) => {
  const snapshot = honest(member);
  if (!snapshot) return null;
  const body = { ...decodeSnapshotBody(snapshot.plain), state: member.random.bytes(80) };
  return { fate: 'counts', record: member.sealed('snapshot', encodeSnapshotBody(body), { cover: snapshot.cover }) };
};

const unjustified: Attempt = (member) => {
  const disputed = member.reader.access?.disputed;
  const last = member.held.kept.log.findLast(
    (stored) =>
      'entry' in stored &&
      kindOf(stored.entry.record) === 'snapshot' &&
      !disputed?.has(recordHash(blake2b, stored.entry.record)),
  );
  if (!last || !('entry' in last)) return null;
  const record = recordHash(blake2b, last.entry.record);
  return {
    fate: 'counts',
    record: member.clear('notice', encodeNotice({ type: 'objection', seq: positionOf(last), record })),
  };
};

const toNothing: Attempt = (member) => {
  const record = hashId(member.random.bytes(32));
  return { fate: 'counts', record: member.clear('notice', encodeNotice({ type: 'objection', seq: 3, record })) };
};

export const SNAPSHOT_DEEDS: readonly (readonly [weight: number, kind: string, attempt: Attempt])[] = [
  [6, 'a snapshot that rewrites history', rewritten],
  [5, 'a snapshot that silences others', silencing],
  [1, 'a snapshot of nothing', empty],
  [2, 'a snapshot with a broken state', brokenState],
  [4, 'an unjustified objection', unjustified],
  [1, 'an objection to nothing', toNothing],
  [1, 'a second introduction', (member) => ({ fate: 'counts', record: member.introduction() })],
];
