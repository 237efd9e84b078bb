/**
 * What this device keeps of one room. `log`: records after the base, as received; `controls`: all control records, but of those in
 * `thinned` only place and hash; `snapshot`: the record whose covered position is the base. So opening a room from the vault is the
 * same as opening it from the relay, and the sealed originals are there to heal a relay that was restored from a backup. `mine`: local Yjs updates that
 * the relay has not acknowledged, in order.
 */
import { ByteReader, ByteWriter, utf8, WireError } from '../../wire/bytes.ts';
import { type Hash, hashId, ID_BYTES, idBytes, type Position, ZERO_BYTES } from '../../wire/ids.ts';
import { MAX_MESSAGE_BYTES } from '../../wire/limits.ts';
import { LINK_ROLES, LINK_SECRET_BYTES, type LinkRole } from '../../wire/link.ts';
import { decodeEpochSecret, type EpochSecret, encodeEpochSecret } from '../epochs/epoch-secrets.ts';
import { decodeHeldLink, encodeHeldLink, type HeldLink } from '../epochs/held-link.ts';
import { CLIENT_NONCE_BYTES } from '../rooms/client-ids.ts';
import { decodePart, type EarlierPart, encodePart } from '../rooms/earlier-parts.ts';
import type { LogEntry, RecordStub } from '../rooms/log-reader.ts';
import { KEY_BYTES } from '../seal/sodium.ts';
import { decodeEvidence, type Evidence, encodeEvidence } from '../security/evidence.ts';
import { decodeObserved, encodeObserved, NOTHING_OBSERVED, type Observed } from '../security/observations.ts';
import { DamagedVault, type SealedBox } from './sealed-box.ts';

const VERSION = 1;
/** Tags of entrances; links have their roles' between them, and those with a password behind. */
const OWNER = 0;
const ACCOUNT = 4;
const LINKS = { viewer: 1, commenter: 2, editor: 3 } as const;
const WITH_PASSWORD = 4;
const OWNER_WITHOUT_LINKS = 8;

/** How this device got into the room. */
export type Entrance =
  /** It made the room. `editSecret` gives both links. Null: it was made without. */
  | { readonly by: 'owner'; readonly editSecret: Uint8Array | null }
  | LinkEntrance
  /** Another device of its account made the room, or let it in; secrets of epochs came by the home. */
  | AccountEntrance;
export type LinkEntrance = {
  readonly by: 'link';
  readonly role: LinkRole;
  readonly secret: Uint8Array;
  /** As in HeldLink. */
  readonly passwordKey?: Uint8Array;
  readonly epochHash: Hash;
};
export type AccountEntrance = {
  readonly by: 'account';
  /** Gives both links. Null: of a room without links, such as a home. */
  readonly editSecret: Uint8Array | null;
  /** An epoch that the chain must go through. Null: the room's id says enough, for one's own home. */
  readonly epochHash: Hash | null;
};

/** A room that no relay has seen yet. */
export type Genesis = { readonly record: Uint8Array; readonly wraps: readonly Uint8Array[] };

/** `isForged`: its signatures did not hold; the others were checked before they were stored. */
export type StoredEntry = { readonly entry: LogEntry; readonly isForged?: true } | { readonly stub: RecordStub };

export type StoredRoom = {
  readonly entrance: Entrance;
  readonly genesis: Genesis | null;
  readonly controls: readonly LogEntry[];
  readonly thinned: readonly RecordStub[];
  readonly snapshot: LogEntry | null;
  /** This device held the covered state itself and found the snapshot right. */
  readonly snapshotChecked: boolean;
  readonly log: readonly StoredEntry[];
  readonly mine: readonly Uint8Array[];
  /** Nonces of the client ids issued to tabs. */
  readonly nonces: readonly Uint8Array[];
  readonly rescued: readonly string[];
  /** Of parts that the kept log does not hold any more. Of two of one segment the later counts. */
  readonly parts: readonly EarlierPart[];
  /** Counters below this may have been used. */
  readonly counter: number;
  /** Secrets of epochs: prekeys that opened their wraps go. Of those that a link opens there are none. */
  readonly secrets: readonly EpochSecret[];
  /** Links that were made on a device of this account. */
  readonly links: readonly HeldLink[];
  readonly observed: Observed;
  readonly evidence: readonly Evidence[];
};

/** A change to what is kept. Everything in it is written together. */
export type RoomChange = {
  readonly dropMine?: number;
  readonly addMine?: readonly Uint8Array[];
  readonly log?: readonly StoredEntry[];
  readonly controls?: readonly LogEntry[];
  readonly thinned?: readonly RecordStub[];
  readonly rescue?: readonly string[];
  readonly discardRescued?: number;
  readonly parts?: readonly EarlierPart[];
  readonly nonce?: Uint8Array;
  readonly counter?: number;
  readonly secrets?: readonly EpochSecret[];
  readonly links?: readonly HeldLink[];
  readonly observed?: Observed;
  readonly evidence?: readonly Evidence[];
  readonly dropEvidence?: number;
  /** The relay has the room now. */
  readonly published?: true;
  /** A new base: the first `dropLog` entries of the log go, what they held is in the snapshot. */
  readonly base?: { readonly snapshot: LogEntry; readonly dropLog: number; readonly checked: boolean };
  /** Everything read from the log goes: so many control records, whole and thinned, and entries. */
  readonly restart?: { readonly dropControls: number; readonly dropThinned: number; readonly dropLog: number };
};

export class RoomVault {
  readonly box: SealedBox;
  constructor(box: SealedBox) {
    this.box = box;
  }

  /** Undefined: nothing is kept of this room. @throws DamagedVault, StorageFault */
  async load(): Promise<StoredRoom | undefined> {
    const { values, lists } = await this.box.read();
    const entrance = values.get('entrance');
    if (!entrance) return undefined;
    try {
      const counter = values.get('counter');
      const genesis = values.get('genesis');
      const snapshot = values.get('snapshot');
      const observed = values.get('observed');
      return {
        entrance: decodeEntrance(entrance),
        genesis: genesis ? decodeGenesis(genesis) : null,
        controls: (lists.get('controls') ?? []).map(decodeEntry),
        thinned: (lists.get('thinned') ?? []).map((stub) => readStub(new ByteReader(stub))),
        snapshot: snapshot ? decodeEntry(snapshot) : null,
        snapshotChecked: values.get('snapshot-checked')?.[0] === 1,
        log: (lists.get('log') ?? []).map(decodeStored),
        mine: lists.get('mine') ?? [],
        nonces: (lists.get('nonces') ?? []).map((nonce) => new ByteReader(nonce).raw(CLIENT_NONCE_BYTES)),
        rescued: (lists.get('rescued') ?? []).map((text) => new ByteReader(text).text(MAX_MESSAGE_BYTES)),
        parts: (lists.get('parts') ?? []).map(decodePart),
        counter: counter ? new ByteReader(counter).u64() : 0,
        secrets: (lists.get('secrets') ?? []).map(decodeEpochSecret),
        links: (lists.get('links') ?? []).map(decodeHeldLink),
        observed: observed ? decodeObserved(observed) : NOTHING_OBSERVED,
        evidence: (lists.get('evidence') ?? []).map(decodeEvidence),
      };
    } catch (error) {
      if (error instanceof WireError) throw new DamagedVault(error.message);
      throw error;
    }
  }

  create(entrance: Entrance, genesis: Genesis | null): void {
    this.box.write({
      values: { entrance: encodeEntrance(entrance), genesis: genesis && encodeGenesis(genesis) },
    });
  }

  /** Returns the change's number, see `SealedBox.confirmed`. */
  write(change: RoomChange): number {
    const { observed } = change;
    return this.box.write({
      values: {
        ...(change.counter === undefined ? {} : { counter: new ByteWriter().u64(change.counter).bytes() }),
        // Some kilobytes, and changed by each control record.
        ...(observed ? { observed: () => encodeObserved(observed) } : {}),
        ...(change.published ? { genesis: null } : {}),
        ...(change.base
          ? {
              snapshot: encodeEntry(change.base.snapshot),
              'snapshot-checked': new Uint8Array([change.base.checked ? 1 : 0]),
            }
          : {}),
        ...(change.restart ? { snapshot: null } : {}),
      },
      lists: {
        ...list('mine', change.dropMine, change.addMine),
        ...list('log', change.base?.dropLog ?? change.restart?.dropLog, change.log?.map(encodeStored)),
        ...list('controls', change.restart?.dropControls, change.controls?.map(encodeEntry)),
        ...list(
          'thinned',
          change.restart?.dropThinned,
          change.thinned?.map((stub) => writeStub(new ByteWriter(), stub).bytes()),
        ),
        ...list('parts', undefined, change.parts?.map(encodePart)),
        ...list('nonces', undefined, change.nonce && [change.nonce]),
        ...list('secrets', undefined, change.secrets?.map(encodeEpochSecret)),
        ...list('links', undefined, change.links?.map(encodeHeldLink)),
        ...list('evidence', change.dropEvidence, change.evidence?.map(encodeEvidence)),
        ...list(
          'rescued',
          change.discardRescued,
          change.rescue?.map((text) => new ByteWriter().block(utf8(text)).bytes()),
        ),
      },
    });
  }
}

const list = (name: string, drop: number | undefined, append: readonly Uint8Array[] | undefined) =>
  drop || append?.length ? { [name]: { drop: drop ?? 0, append: append ?? [] } } : {};

const NO_SECRET = new Uint8Array(LINK_SECRET_BYTES);

export function encodeEntrance(entrance: Entrance): Uint8Array {
  const out = new ByteWriter().u8(VERSION);
  if (entrance.by === 'owner') {
    const { editSecret } = entrance;
    return out
      .u8(editSecret ? OWNER : OWNER_WITHOUT_LINKS)
      .raw(editSecret ?? NO_SECRET)
      .bytes();
  }
  if (entrance.by === 'account') {
    const { editSecret, epochHash } = entrance;
    out
      .u8(ACCOUNT)
      .raw(editSecret ?? NO_SECRET)
      .raw(epochHash ? idBytes(epochHash) : ZERO_BYTES);
    return out.u8((editSecret ? 1 : 0) + (epochHash ? 2 : 0)).bytes();
  }
  const { role, secret, epochHash, passwordKey } = entrance;
  out
    .u8(LINKS[role] + (passwordKey ? WITH_PASSWORD : 0))
    .raw(secret)
    .raw(idBytes(epochHash));
  return (passwordKey ? out.raw(passwordKey) : out).bytes();
}

/** @throws WireError */
export function decodeEntrance(bytes: Uint8Array): Entrance {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION) throw new WireError('unknown-version', 'vault of another version');
  const tag = reader.u8();
  const secret = reader.raw(LINK_SECRET_BYTES).slice();
  if (tag === OWNER) return { by: 'owner', editSecret: secret };
  if (tag === OWNER_WITHOUT_LINKS) return { by: 'owner', editSecret: null };
  if (tag === ACCOUNT) {
    const epochHash = hashId(reader.raw(ID_BYTES));
    const has = reader.u8();
    reader.end();
    return { by: 'account', editSecret: has & 1 ? secret : null, epochHash: has & 2 ? epochHash : null };
  }
  const hasPassword = tag > WITH_PASSWORD;
  const role = LINK_ROLES.find((one) => LINKS[one] === (hasPassword ? tag - WITH_PASSWORD : tag));
  if (!role) throw new WireError('malformed', 'entrance');
  const link = { by: 'link', role, secret, epochHash: hashId(reader.raw(ID_BYTES)) } as const;
  return hasPassword ? { ...link, passwordKey: reader.raw(KEY_BYTES).slice() } : link;
}

function encodeGenesis(genesis: Genesis): Uint8Array {
  const out = new ByteWriter().block(genesis.record).u16(genesis.wraps.length);
  for (const wrap of genesis.wraps) out.block(wrap);
  return out.bytes();
}

function decodeGenesis(bytes: Uint8Array): Genesis {
  const reader = new ByteReader(bytes);
  const record = reader.block(bytes.length);
  return { record, wraps: Array.from({ length: reader.u16() }, () => reader.block(bytes.length)) };
}

const encodeEntry = (entry: LogEntry): Uint8Array =>
  new ByteWriter().u64(entry.seq).block(entry.record).block(entry.wrap).bytes();

function decodeEntry(bytes: Uint8Array): LogEntry {
  const reader = new ByteReader(bytes);
  return { seq: reader.u64(), record: reader.block(bytes.length), wrap: reader.block(bytes.length) };
}

const writeStub = (out: ByteWriter, { seq, hash }: RecordStub): ByteWriter => out.u64(seq).raw(idBytes(hash));
const readStub = (reader: ByteReader): RecordStub => ({ seq: reader.u64(), hash: hashId(reader.raw(ID_BYTES)) });

const encodeStored = (stored: StoredEntry): Uint8Array =>
  'stub' in stored
    ? writeStub(new ByteWriter().u8(0), stored.stub).bytes()
    : new ByteWriter()
        .u8(stored.isForged ? 2 : 1)
        .raw(encodeEntry(stored.entry))
        .bytes();

function decodeStored(bytes: Uint8Array): StoredEntry {
  const reader = new ByteReader(bytes);
  const tag = reader.u8();
  if (tag === 0) return { stub: readStub(reader) };
  const entry = decodeEntry(reader.rest());
  return tag === 2 ? { entry, isForged: true } : { entry };
}

export const positionOf = (stored: StoredEntry): Position['seq'] =>
  'stub' in stored ? stored.stub.seq : stored.entry.seq;
