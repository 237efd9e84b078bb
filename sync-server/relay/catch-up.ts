/** What a subscription that is behind is sent next, read from the log page by page. */
import { equalBytes } from '../../src/wire/bytes.ts';
import { idBytes } from '../../src/wire/ids.ts';
import { counterOf, isControl, senderBytes, streamKey } from '../../src/wire/record.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import type { Outline } from '../log/entries.ts';
import type { PageItem, RoomLogs } from '../log/room-logs.ts';
import { PULL_BYTES, PULL_RECORDS } from './limits.ts';
import { type Prelude, recipientsOf, type Subscription } from './peer.ts';

const EMPTY: Uint8Array = new Uint8Array();

/** `apply` moves the subscription on; to be called together with sending the frames. */
export type Pull = { readonly frames: readonly Uint8Array[]; readonly apply: () => void };

/** @throws StorageFailed */
export const pullNext = (logs: RoomLogs, subscription: Subscription): Promise<Pull> =>
  subscription.prelude
    ? pullPrelude(logs, subscription, subscription.prelude)
    : pullTail(logs, subscription, subscription.room.committed.seq);

async function pullPrelude(logs: RoomLogs, subscription: Subscription, prelude: Prelude): Promise<Pull> {
  const { id, channel } = subscription.room;
  const { controlsUpTo, thinnedBefore } = prelude;
  const controls = (await logs.controls(id, prelude.nextControl, PULL_RECORDS)).filter(
    ({ seq }) => seq <= controlsUpTo,
  );
  const lastControl = controls.length < PULL_RECORDS ? Number.POSITIVE_INFINITY : (controls.at(-1)?.seq ?? 0);
  const thinned = controls.filter(({ seq, renews }) => renews && seq < thinnedBefore).map(({ seq }) => seq);
  const hashes = await logs.recordHashes(id, thinned);
  const hashBySeq = new Map(thinned.map((seq, i) => [seq, hashes[i]]));
  const isControlAt = new Set(controls.map(({ seq }) => seq));
  const seqs = [...isControlAt, ...prelude.snapshots.filter((seq) => seq <= lastControl)].sort((a, b) => a - b);
  const frames: Uint8Array[] = [];
  let bytes = 0;
  let sent = 0;
  // Records are read one by one: snapshots are large, and a page of them would be held for each socket.
  while (sent < seqs.length && bytes < PULL_BYTES) {
    const seq = seqs[sent++] ?? 0;
    const recordHash = hashBySeq.get(seq);
    if (recordHash) {
      frames.push(encodeRelayFrame({ type: 'stub', channel, seq, recordHash }));
      continue;
    }
    const [record] = await logs.records(id, [seq]);
    const wrap = isControlAt.has(seq) ? await logs.wrap(id, seq, recipientsOf(subscription)) : EMPTY;
    frames.push(encodeRelayFrame({ type: 'prelude', channel, seq, record: record ?? EMPTY, wrap }));
    bytes += (record?.length ?? 0) + wrap.length;
  }
  const done = sent === seqs.length && lastControl === Number.POSITIVE_INFINITY;
  const last = seqs[sent - 1] ?? 0;
  const rest = { ...prelude, nextControl: last + 1, snapshots: prelude.snapshots.filter((seq) => seq > last) };
  return {
    frames,
    apply: () => {
      subscription.prelude = done ? null : rest;
    },
  };
}

async function pullTail(logs: RoomLogs, subscription: Subscription, upTo: number): Promise<Pull> {
  const { preluded, preludedControls, covers } = subscription.skips;
  const isKnown = ({ kind, stream, seq }: Outline) =>
    isControl(kind) ? seq <= preludedControls : preluded.has(seq) || seq <= (covers.get(streamKey(stream)) ?? 0);
  const items = await logs.page(subscription.room.id, {
    from: subscription.position + 1,
    upTo,
    maxBytes: PULL_BYTES,
    maxRecords: PULL_RECORDS,
    wants: (outline) => !isKnown(outline),
  });
  const own = idBytes(subscription.peer.device);
  const frames = await Promise.all(items.map((item) => frameOf(logs, subscription, own, item)));
  const last = items.at(-1)?.outline.seq;
  if (last === undefined) throw new Error('the log has no outlines up to its head');
  return {
    frames,
    apply: () => {
      subscription.position = last;
    },
  };
}

async function frameOf(
  logs: RoomLogs,
  subscription: Subscription,
  own: Uint8Array,
  { outline, record }: PageItem,
): Promise<Uint8Array> {
  const { id, channel } = subscription.room;
  const { seq, kind } = outline;
  if (!record) return encodeRelayFrame({ type: 'stub', channel, seq, recordHash: outline.recordHash });
  // [FR5] What was appended on this socket is answered, also when the answer comes late.
  if (seq > subscription.ownAfter && equalBytes(senderBytes(record), own))
    return encodeRelayFrame({ type: 'ack', channel, seq, counter: counterOf(record) });
  const wrap = kind === 'epoch' ? await logs.wrap(id, seq, recipientsOf(subscription)) : EMPTY;
  return encodeRelayFrame({ type: 'entry', channel, seq, record, wrap });
}

/** [EP8] The wrap among those beside a new epoch record that is for one of `recipients`. */
export function wrapFor(wraps: readonly Uint8Array[], recipients: readonly Uint8Array[]): Uint8Array {
  for (const recipient of recipients) {
    const wrap = wraps.find((candidate) => equalBytes(candidate.subarray(0, recipient.length), recipient));
    if (wrap) return wrap;
  }
  return EMPTY;
}
