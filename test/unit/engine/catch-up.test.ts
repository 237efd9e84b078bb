import { beforeAll, describe, expect, it } from 'vitest';
import { CatchUp } from '../../../src/engine/rooms/catch-up.ts';
import { blake2b, sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { recordHash } from '../../../src/wire/chain.ts';
import { hashId, idBytes, type Position, roomId } from '../../../src/wire/ids.ts';
import { fromHex, readVectors } from '../../support/vectors.ts';

beforeAll(sodiumReady);

type Vector = { name: string; record: string; header: { cover: { seq: number; hash: string } | null } };
const vectors = readVectors<Vector>('records').valid;
const recordOf = (name: string): Uint8Array => fromHex(vectors.find((vector) => vector.name === name)!.record);
const cover = vectors.find(({ name }) => name === 'snapshot')!.header.cover!;
const base: Position = { seq: cover.seq, hash: hashId(fromHex(cover.hash)) };
const head: Position = { seq: 20, hash: hashId(new Uint8Array(32)) };
const opened = (at: Position = base): CatchUp =>
  new CatchUp({ type: 'opened', room: roomId(new Uint8Array(32)), channel: 3, head, base: at });
const frame = <T extends 'entry' | 'prelude'>(type: T, seq: number, record: Uint8Array) => ({
  type,
  channel: 3,
  seq,
  record,
  wrap: new Uint8Array(),
});
const stub = (seq: number, recordHashBytes: Uint8Array) => ({
  type: 'stub' as const,
  channel: 3,
  seq,
  recordHash: recordHashBytes,
});

describe('[FR4] catching up', () => {
  it('a newcomer starts from the snapshot that covers the base, with all control records in order', () => {
    const catchUp = opened();
    catchUp.gather(frame('prelude', 9, recordOf('notice')));
    catchUp.gather(frame('prelude', 6, recordOf('snapshot')));
    catchUp.gather(frame('prelude', 1, recordOf('epoch')));
    const start = catchUp.start();
    expect(start?.snapshot.seq).toBe(6);
    expect(start?.controls.map(({ seq }) => seq)).toEqual([1, 9]);
  });

  it('a snapshot that covers something else is none to start from', () => {
    for (const at of [
      { ...base, seq: base.seq + 1 },
      { ...base, hash: head.hash },
    ]) {
      const catchUp = opened(at);
      catchUp.gather(frame('prelude', 6, recordOf('snapshot')));
      expect(catchUp.start()).toBeUndefined();
    }
  });

  it('a stub is filled from the prelude when it is that very record', () => {
    const catchUp = opened();
    const notice = recordOf('notice');
    catchUp.gather(frame('prelude', 5, notice));
    const hash = recordHash(blake2b, notice);
    expect(catchUp.step(stub(5, idBytes(hash)))).toMatchObject({ entry: { seq: 5, record: notice } });
    expect(catchUp.step(stub(6, idBytes(hash)))).toEqual({ stub: { seq: 6, hash } });
    const other = new Uint8Array(32).fill(1);
    expect(catchUp.step(stub(5, other))).toEqual({ stub: { seq: 5, hash: hashId(other) } });
  });

  it('entries are copies: the message that they came in may be overwritten', () => {
    const record = recordOf('notice').slice();
    const step = opened().step(frame('entry', 5, record));
    const before = record[0];
    record.fill(0);
    expect('entry' in step && step.entry.record[0]).toBe(before);
  });
});
