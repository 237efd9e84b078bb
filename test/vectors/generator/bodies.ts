/** What lies inside records: notices, plaintexts of updates, snapshots and signals, client ids, the seed. */
import * as Y from 'yjs';
import { block, cat, labelled, text, u8, u16, u32, u64, utf8, varUint } from './layout.ts';
import { hash } from './primitives.ts';
import { CLASSES } from './records.ts';

export const NOTICE = { deviceList: 1, leave: 2, objection: 3, visitor: 4 } as const;
export const objection = (seq: number | bigint, record: Uint8Array): Uint8Array =>
  cat(u8(NOTICE.objection), u64(seq), record);

export type Place = { readonly device: Uint8Array; readonly room: Uint8Array; readonly class: string };
/** What is hashed into a client id [AD1]. */
export const clientIdInput = (place: Place, segment: number, nonce: Uint8Array): Uint8Array =>
  labelled('client-id', place.device, place.room, u8(CLASSES.indexOf(place.class as 'none')), u32(segment), nonce);

export function clientId(place: Place, segment: number, nonce: Uint8Array): number {
  const stream = cat(u8(CLASSES.indexOf(place.class as 'none')), u32(segment));
  const digest = hash('client-id', place.device, place.room, stream, nonce);
  const first64 = digest.subarray(0, 8).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return Number(first64 >> 11n);
}

export type Claim = { readonly clientId: number | bigint; readonly nonce: Uint8Array };
export const updateBody = (claims: readonly Claim[], update: Uint8Array): Uint8Array =>
  cat(u8(1), u16(claims.length), ...claims.flatMap((claim) => [u64(claim.clientId), claim.nonce]), update);

export type Tab = Claim & { readonly clock: number | bigint; readonly state: string };
export const signalBody = (
  certificate: Uint8Array,
  controlChain: Uint8Array,
  flags: number,
  tabs: readonly Tab[],
): Uint8Array =>
  cat(
    u8(3),
    u8(1),
    block(certificate),
    controlChain,
    u8(flags),
    u8(tabs.length),
    ...tabs.flatMap((tab) => [u64(tab.clientId), tab.nonce, u64(tab.clock), text(tab.state)]),
  );

export type LedgerClient = {
  readonly clientId: number;
  /** Null: the seed's. */
  readonly owner: { readonly device: Uint8Array; readonly nonce: Uint8Array } | null;
  readonly clock: number;
  /** Runs of structs in one place: first clock; 128 and the number of a list, or the level under a key of a map. */
  readonly runs: readonly (readonly [number, number])[];
};

/** Devices in the order of their bytes; clients by number. */
/** `lists`: what has children in a row, by the name of a root type or client id and clock, in the order of their first child. */
export function ledger(
  clients: readonly LedgerClient[],
  lists: readonly (string | readonly [clientId: number, clock: number])[],
): Uint8Array {
  const names = clients.flatMap(({ owner }) => (owner ? [hex(owner.device)] : []));
  const devices = [...new Set(names)].sort();
  const ids = clients.map((client) => client.clientId).sort((a, b) => a - b);
  return cat(
    varUint(devices.length),
    ...devices.map(bytesOf),
    varUint(clients.length),
    ...[...clients]
      .sort((a, b) => a.clientId - b.clientId)
      .flatMap(({ clientId: id, owner, clock, runs }) => [
        varUint(id),
        varUint(owner ? devices.indexOf(hex(owner.device)) + 1 : 0),
        owner ? owner.nonce : new Uint8Array(),
        varUint(clock),
        varUint(runs.length),
        ...runs.flatMap(([start, at], i) => [varUint(start - (runs[i - 1]?.[0] ?? 0)), varUint(at)]),
      ]),
    varUint(lists.length),
    ...lists.flatMap((list) =>
      typeof list === 'string' ? [varUint(0), text(list)] : [varUint(ids.indexOf(list[0]) + 1), varUint(list[1])],
    ),
  );
}
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const bytesOf = (name: string): Uint8Array => new Uint8Array(Buffer.from(name, 'hex'));

export type SnapshotFields = {
  readonly counters: readonly (readonly [Uint8Array, number | bigint])[];
  readonly controlChain: Uint8Array;
  readonly coveredBefore: number | bigint;
  readonly ledger: Uint8Array;
  readonly state: Uint8Array;
};
/** [SN1] */
export function snapshotBody(fields: SnapshotFields): Uint8Array {
  const counters = [...fields.counters].sort(([a], [b]) => Buffer.compare(a, b));
  return cat(
    u8(1),
    varUint(counters.length),
    ...counters.flatMap(([device, counter]) => [device, u64(counter)]),
    fields.controlChain,
    u64(fields.coveredBefore),
    block(fields.ledger),
    block(fields.state),
  );
}

/** One empty paragraph in the root text, written by client 1: two structs, a type in the root and its attribute. */
export function seedUpdate(): Uint8Array {
  const string = (value: string): Uint8Array => cat(varUint(utf8(value).length), utf8(value));
  const embeddedXmlText = cat(u8(7), u8(1), string('root'), u8(6)); // ContentType, parent is a root type: Y.XmlText
  const attribute = cat(u8(0x28), u8(0), varUint(1), varUint(0), string('__type')); // ContentAny under the type (1, 0)
  const value = cat(varUint(1), u8(119), string('paragraph'));
  return cat(u8(1), varUint(2), varUint(1), varUint(0), embeddedXmlText, attribute, value, varUint(0));
}

export function emptyDocument(): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, seedUpdate());
  return doc;
}

/** The update that writing `insert` at the end of the title makes under this client id. */
export function titleUpdate(doc: Y.Doc, client: number, insert: string): Uint8Array {
  doc.clientID = client;
  const before = Y.encodeStateVector(doc);
  const title = doc.getText('title');
  title.insert(title.length, insert);
  return Y.encodeStateAsUpdate(doc, before);
}
