/**
 * The fragment of a share link [LI1]–[LI3]. The part after `#` never leaves the browser, so the server does not see it.
 * version ‖ role ‖ secret ‖ hash of the epoch record current when the link was made ‖ (version 2: password check) ‖ checksum over
 * room and all that.
 */

import { fromBase64Url, toBase64Url } from './base64url.ts';
import { ByteReader, ByteWriter, equalBytes, labelled, WireError } from './bytes.ts';
import type { Blake2b256 } from './chain.ts';
import { type Hash, hashId, ID_BYTES, idBytes, parseRoomId, type RoomId } from './ids.ts';

const PLAIN = 1;
/** An app that knows nothing of passwords refuses it, instead of asking the relay for a link that nobody made. */
const WITH_PASSWORD = 2;
const CHECKSUM_BYTES = 4;
export const LINK_SECRET_BYTES = 32;
/**
 * Of all wrong passwords one in 65,536 passes, and is refused by the relay then. A longer one would help nobody but whoever has
 * the link and guesses.
 */
export const PASSWORD_CHECK_BYTES = 2;

/** What a link lets its holder do. Never `owner`. */
export const LINK_ROLES = ['viewer', 'commenter', 'editor'] as const;
export type LinkRole = (typeof LINK_ROLES)[number];

export type Link = {
  readonly room: RoomId;
  readonly role: LinkRole;
  readonly secret: Uint8Array;
  readonly epochHash: Hash;
  /** Follows from secret and password: so a mistyped password is noticed at once. Null: the link has none. */
  readonly passwordCheck: Uint8Array | null;
};

const checksum = (hash: Blake2b256, room: RoomId, bytes: Uint8Array): Uint8Array =>
  hash(labelled('link-checksum', idBytes(room), bytes)).subarray(0, CHECKSUM_BYTES);

/** The path and fragment of a share link, to be put behind the server's address. */
export function encodeLink(hash: Blake2b256, link: Link): string {
  const bytes = new ByteWriter()
    .u8(link.passwordCheck ? WITH_PASSWORD : PLAIN)
    .u8(LINK_ROLES.indexOf(link.role))
    .raw(link.secret)
    .raw(idBytes(link.epochHash))
    .raw(link.passwordCheck ?? new Uint8Array())
    .bytes();
  const fragment = new ByteWriter()
    .raw(bytes)
    .raw(checksum(hash, link.room, bytes))
    .bytes();
  return `/d/${link.room}#${toBase64Url(fragment)}`;
}

/** @throws WireError `malformed` for a damaged link, `unknown-version` for one of a newer app */
export function decodeLink(hash: Blake2b256, room: string, fragment: string): Link {
  const id = parseRoomId(room);
  const bytes = fromBase64Url(fragment.replace(/^#/, ''));
  if (!id || !bytes) throw new WireError('malformed', 'link');
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== PLAIN && version !== WITH_PASSWORD) throw new WireError('unknown-version', `link version ${version}`);
  const role = LINK_ROLES[reader.u8()];
  const secret = reader.raw(LINK_SECRET_BYTES);
  const epochHash = hashId(reader.raw(ID_BYTES));
  const passwordCheck = version === WITH_PASSWORD ? reader.raw(PASSWORD_CHECK_BYTES) : null;
  const covered = bytes.subarray(0, bytes.length - reader.remaining);
  const sum = reader.raw(CHECKSUM_BYTES);
  reader.end();
  if (!role || !equalBytes(sum, checksum(hash, id, covered))) throw new WireError('malformed', 'link checksum');
  return { room: id, role, secret, epochHash, passwordCheck };
}
