/** Whether a record may be the first of an account's home. The rules of rooms are the relay's own; these come on top. */
import { WireError } from '../../src/wire/bytes.ts';
import { deviceListHash, type SignedDeviceList } from '../../src/wire/device-list.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { START } from '../../src/wire/ids.ts';
import { type Parsed, parseRecord } from '../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../src/wire/record.ts';
import type { NewEntry } from '../log/entries.ts';
import { decideFirst } from '../relay/decide.ts';
import { blake2b256 } from '../relay/hash.ts';
import type { Verifier } from '../relay/verifier.ts';
import { decline, done, type Outcome } from './outcome.ts';

export type Home = { readonly room: RoomId; readonly entry: NewEntry };

/**
 * A home has one member, the account itself, as owner; its maker is the account's first device, and it names the very
 * list that the account begins with. It is sealed to that device and to the account's key, or no later device could
 * read it. Declined with `bad-home` or `bad-signature`.
 */
export async function judgeHome(
  verifier: Verifier,
  list: SignedDeviceList,
  record: Uint8Array,
  wraps: readonly Uint8Array[],
): Promise<Outcome<Home>> {
  const parsed = parse(record);
  if (!parsed) return decline('bad-home');
  const { header } = parsed.record;
  const candidate = { parsed, wraps, counter: 0, chainAtHead: START.hash, chainAtCover: undefined };
  const placed = decideFirst(blake2b256, header.room, candidate);
  if (!placed.ok) return decline('bad-home');
  const { core, lists } = placed.value.access;
  const [member, ...others] = core.access;
  const isOwn = member?.kind === 'account' && member.role === 'owner' && member.principal === list.list.principal;
  if (!isOwn || others.length > 0) return decline('bad-home');
  // With it, its maker is a device of that list: the relay's rules ask for an owner's.
  if (lists.get(list.list.principal)?.hash !== deviceListHash(blake2b256, list.bytes)) return decline('bad-home');
  const { devices } = list.list;
  if (core.devices.length !== devices.length || core.devices.some(({ device }) => !devices.includes(device)))
    return decline('bad-home');
  // [EP7] It is no other key than the account's, where there is one.
  if (core.links.length !== 1) return decline('bad-home');
  if (!(await verifier.verify(parsed.proofs))) return decline('bad-signature');
  return done({ room: header.room, entry: placed.value.entry });
}

function parse(record: Uint8Array): Parsed | undefined {
  try {
    return parseRecord(decodeRecord(record));
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}
