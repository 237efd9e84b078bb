/** What this device keeps of its account. Neither identity key nor account key: a copied device does not become the account. */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { type AccountId, accountId, accountIdBytes } from '../../wire/http/fields.ts';
import { ACCOUNT_ID_BYTES } from '../../wire/http/limits.ts';
import { MAX_NAME_LENGTH } from '../../wire/http/user-name.ts';
import { ID_BYTES, idBytes, type RoomId, roomId } from '../../wire/ids.ts';
import type { AccountState } from './api.ts';

const VERSION = 1;
const MAX_SERVER_KEY_BYTES = 64;
const ACCESSES = ['in', 'locked', 'revoked', 'banned'] as const satisfies readonly AccountState['access'][];

export type AccountRecord = {
  readonly id: AccountId;
  readonly name: string;
  readonly home: RoomId;
  /** OPAQUE's public key of the server, pinned. */
  readonly serverKey: Uint8Array;
  readonly access: AccountState['access'];
};

export const encodeAccountRecord = (record: AccountRecord): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(accountIdBytes(record.id))
    .text(record.name)
    .raw(idBytes(record.home))
    .block(record.serverKey)
    .u8(ACCESSES.indexOf(record.access))
    .bytes();

/** @throws WireError */
export function decodeAccountRecord(bytes: Uint8Array): AccountRecord {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `account of version ${version}`);
  const head = {
    id: accountId(reader.raw(ACCOUNT_ID_BYTES)),
    name: reader.text(MAX_NAME_LENGTH),
    home: roomId(reader.raw(ID_BYTES)),
    serverKey: reader.block(MAX_SERVER_KEY_BYTES).slice(),
  };
  const access = ACCESSES[reader.u8()];
  if (!access) throw new WireError('malformed', 'access of the account');
  reader.end();
  return { ...head, access };
}
