/** What somebody can do with a copy of the server's log, and keys. */
import * as Y from 'yjs';
import { decodeHomeSecrets } from '../../src/engine/accounts/home-entry.ts';
import { type Identity, kemKeyOf } from '../../src/engine/epochs/identity.ts';
import { unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import type { EnginePorts } from '../../src/engine/ports.ts';
import { decodeUpdateBody } from '../../src/engine/rooms/update-body.ts';
import { openRecord, RecordKeys } from '../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../src/engine/seal/sodium.ts';
import { ProfileVault } from '../../src/engine/vault/profile-vault.ts';
import { RoomVault } from '../../src/engine/vault/room-vault.ts';
import { SealedBox } from '../../src/engine/vault/sealed-box.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { coreHash, decodeEpochBody } from '../../src/wire/epoch.ts';
import { type Hash, idBytes, type RoomId } from '../../src/wire/ids.ts';
import { decodeRecord, type Kind, type SignedRecord } from '../../src/wire/record.ts';
import { createRoomLogs } from '../../sync-server/log/room-logs.ts';
import type { Store } from '../../sync-server/store/store.ts';

/** A copy of the server's log of a room. */
export async function copyOf(store: Store, room: RoomId): Promise<SignedRecord[]> {
  const page = await createRoomLogs(store).page(room, { from: 1, upTo: 1e6, maxBytes: 1e9, maxRecords: 1e6 });
  return page.flatMap(({ record }) => (record ? [decodeRecord(record)] : []));
}

/** The plaintexts of a log's records of this kind that open by some of these secrets, whatever epoch they say. */
function opening(log: readonly SignedRecord[], secrets: readonly Uint8Array[], wanted: Kind = 'update'): Uint8Array[] {
  const cores = new Map<number, Hash>();
  for (const { header, body } of log)
    if (header.kind === 'epoch') cores.set(header.epoch, coreHash(blake2b, decodeEpochBody(body).coreBytes));
  return log.flatMap((record) => {
    const { epoch, kind } = record.header;
    const hash = cores.get(epoch);
    if (kind !== wanted || !hash) return [];
    for (const secret of secrets) {
      const plain = openRecord(new RecordKeys(), { epoch, coreHash: hash, secret }, record);
      if (plain.ok) return [plain.value];
    }
    return [];
  });
}

/** How many updates of a log, or snapshots, open by some of these secrets. */
export const opened = (log: readonly SignedRecord[], secrets: readonly Uint8Array[], kind: Kind = 'update'): number =>
  opening(log, secrets, kind).length;

/** Everything that is on a device, as it is at this moment. */
export async function copyOfVault(boxes: MemoryBoxStore): Promise<MemoryBoxStore> {
  const copy = new MemoryBoxStore();
  for (const name of boxes.names) {
    const { values, lists } = await (await boxes.open(name)).read();
    const append = Object.fromEntries([...lists].map(([list, items]) => [list, { append: items }]));
    await (await copy.open(name)).commit({ values: Object.fromEntries(values), lists: append });
  }
  return copy;
}

export type Loot = { readonly identity: Identity; readonly secrets: readonly Uint8Array[] };

/** Who has the boxes has the vault's key: whose device it is, with all its keys, and the secrets of all its rooms. */
export async function lootOf(boxes: MemoryBoxStore): Promise<Loot> {
  const ports = { boxes, random: nodeRandom, clock: nodeClock } as unknown as EnginePorts;
  const { identity, vault } = await ProfileVault.open(ports);
  const secrets: Uint8Array[] = [];
  for (const name of boxes.names.filter((one) => one.startsWith('room-'))) {
    const stored = await new RoomVault(
      new SealedBox(await boxes.open(name), name, vault.key, ports, () => undefined),
    ).load();
    secrets.push(...(stored?.secrets ?? []).map(({ secret }) => secret));
  }
  return { identity, secrets };
}

/** Secrets that these keys get out of the wraps that the server has for their device. */
export async function unwrapped(store: Store, room: RoomId, { identity }: Loot): Promise<Uint8Array[]> {
  const { prekey, next, replaced } = identity.seeds;
  const keys = [prekey, ...(next ? [next] : []), ...replaced].flatMap(({ id }) => kemKeyOf(identity, id) ?? []);
  const log = await createRoomLogs(store).page(room, { from: 1, upTo: 1e6, maxBytes: 1e9, maxRecords: 1e6 });
  const found: Uint8Array[] = [];
  for (const [index, { record }] of log.entries()) {
    const decoded = record && decodeRecord(record);
    if (decoded?.header.kind !== 'epoch') continue;
    const { core, coreBytes } = decodeEpochBody(decoded.body);
    const wrap = await createRoomLogs(store).wrap(room, index + 1, [idBytes(identity.device)]);
    for (const { secretKey } of wrap.length > 0 ? keys : []) {
      const secret = unwrapSecret(wrap, core, coreHash(blake2b, coreBytes), identity.device, secretKey);
      if (secret.ok) found.push(secret.value.secret);
    }
  }
  return found;
}

/** Secrets of rooms that stand in a home, as far as it opens by these. */
export function secretsInHome(log: readonly SignedRecord[], secrets: readonly Uint8Array[]): Uint8Array[] {
  const doc = new Y.Doc();
  for (const plain of opening(log, secrets)) Y.applyUpdate(doc, decodeUpdateBody(plain).update);
  const values = [...doc.getMap('secrets').values()];
  return values.flatMap((value) => (decodeHomeSecrets(value as Uint8Array) ?? []).map(({ secret }) => secret));
}
