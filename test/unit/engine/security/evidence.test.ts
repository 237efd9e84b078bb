import { beforeAll, describe, expect, it } from 'vitest';
import { makeRoom } from '../../../../src/engine/epochs/first-epoch.ts';
import { type Identity, makeIdentity } from '../../../../src/engine/epochs/identity.ts';
import { clearRecord } from '../../../../src/engine/seal/record-seal.ts';
import { blake2b, sodiumReady } from '../../../../src/engine/seal/sodium.ts';
import { type Evidence, evidenceFile } from '../../../../src/engine/security/evidence.ts';
import { verifyEvidence } from '../../../../src/engine/security/verify-evidence.ts';
import { nodeRandom } from '../../../../src/platform/node/random.ts';
import { toBase64Url } from '../../../../src/wire/base64url.ts';
import { chainAfter } from '../../../../src/wire/chain.ts';
import { hashId, type Position, type RoomId, START } from '../../../../src/wire/ids.ts';
import { encodeNotice } from '../../../../src/wire/notice.ts';
import { NO_STREAM } from '../../../../src/wire/record.ts';

beforeAll(sodiumReady);

const hash = (fill: number) => hashId(new Uint8Array(32).fill(fill));
const RECORDS = [hash(1), hash(2), hash(3)];
const HEAD = RECORDS.reduce((at, record) => chainAfter(blake2b, at, record), START);

function setUp() {
  const [own, other] = [makeIdentity(nodeRandom, 0), makeIdentity(nodeRandom, 0)];
  const { room } = makeRoom(own, nodeRandom, 0);
  /** Any record of a device that names this head. */
  const naming = (identity: Identity, head: Position, of: RoomId = room): string => {
    const header = {
      kind: 'notice' as const,
      stream: NO_STREAM,
      room: of,
      epoch: 1,
      sender: identity.device,
      counter: 1,
      head,
      units: 0,
      cover: null,
    };
    return toBase64Url(clearRecord(header, encodeNotice({ type: 'leave' }), identity.signing));
  };
  const evidence = (change: Partial<Evidence> = {}): Evidence => ({
    alarm: 'forked',
    noticedAt: 5,
    device: own.device,
    own: naming(own, HEAD),
    log: { from: START, records: RECORDS },
    others: [naming(other, { seq: 2, hash: hash(9) })],
    relay: null,
    ...change,
  });
  const verdict = (change: Partial<Evidence> = {}) => verifyEvidence(evidenceFile(room, [evidence(change)]));
  const shows = (change: Partial<Evidence>) => {
    const found = verdict(change);
    return found.ok ? found.evidence[0]?.shows : found.why;
  };
  return { own, other, room, naming, evidence, verdict, shows };
}

describe('a file of evidence', () => {
  it('shows a contradiction: two signed heads that no one log can have', () => {
    const { own, other, room, verdict } = setUp();
    expect(verdict()).toEqual({
      ok: true,
      room,
      evidence: [{ alarm: 'forked', noticedAt: 5, shows: 'contradiction', at: 2, devices: [own.device, other.device] }],
    });
  });

  it('shows none where the heads go together, or this device has signed nothing', () => {
    const { other, naming, shows } = setUp();
    const second = RECORDS.slice(0, 2).reduce((at, record) => chainAfter(blake2b, at, record), START);
    expect(shows({ others: [naming(other, second)] })).toBe('nothing');
    expect(shows({ others: [naming(other, { seq: 9, hash: hash(9) })] })).toBe('nothing');
    expect(shows({ own: null })).toBe('nothing');
  });

  it('shows a word against what the relay is said to have said', () => {
    const { other, naming, shows } = setUp();
    const further = [naming(other, { seq: 9, hash: hash(9) })];
    expect(shows({ alarm: 'withheld', others: further, relay: { said: 'head', head: HEAD } })).toBe('word');
    expect(shows({ alarm: 'gap', others: further, relay: { said: 'next', seq: 11 } })).toBe('word');
    expect(shows({ alarm: 'rolled-back', others: [], relay: { said: 'head', head: { seq: 1, hash: hash(1) } } })).toBe(
      'word',
    );
    expect(shows({ alarm: 'rolled-back', others: [], relay: { said: 'unknown-room' } })).toBe('word');
    expect(shows({ alarm: 'withheld', others: [], relay: { said: 'head', head: HEAD } })).toBe('nothing');
  });

  it('is refused where a signature does not hold, or something was changed', () => {
    const { own, other, naming, shows, evidence } = setUp();
    const forged = naming(other, HEAD);
    const bent = `${forged.slice(0, 120)}${forged[120] === 'A' ? 'B' : 'A'}${forged.slice(121)}`;
    expect(shows({ others: [bent] })).toBe('a signature does not hold');
    expect(shows({ own: naming(other, HEAD) })).toBe('signed by another device than it says');
    expect(shows({ own: naming(own, HEAD, makeRoom(own, nodeRandom, 0).room) })).toBe('a record of another room');
    const DOES_NOT_LEAD = 'its log does not lead to the head that was signed';
    expect(shows({ log: { from: START, records: [hash(1), hash(7), hash(3)] } })).toBe(DOES_NOT_LEAD);
    expect(shows({ log: { from: { seq: 0, hash: hash(4) }, records: RECORDS } })).toBe(DOES_NOT_LEAD);
    expect(shows({ log: { from: START, records: Array.from({ length: 300 }, () => hash(1)) } })).toBe(
      'a log that is too long',
    );
    expect(shows({ alarm: 'nothing at all' as Evidence['alarm'] })).toBe('names no alarm');
    expect(evidence().others).toHaveLength(1);
  });

  it('is refused where it is something else', () => {
    const { room } = setUp();
    const why = (text: string) => {
      const found = verifyEvidence(text);
      return found.ok ? 'accepted' : found.why;
    };
    expect(why('')).toBe('damaged');
    expect(why('{')).toBe('damaged');
    expect(why('null')).toBe('not a file of evidence');
    expect(why('{"format":"something"}')).toBe('not a file of evidence');
    const file = { format: 'sealroom/evidence', version: 1, room, evidence: [] };
    expect(why(JSON.stringify(file))).toBe('accepted');
    expect(why(JSON.stringify({ ...file, version: 2 }))).toBe('of a version that is not known here');
    expect(why(JSON.stringify({ ...file, room: 'x' }))).toBe('names no room');
    for (const evidence of [[null], [{}], [[]], ['x'], [{ alarm: 'forked', noticedAt: 1, own: null }]])
      expect(why(JSON.stringify({ ...file, evidence }))).not.toBe('accepted');
  });
});
