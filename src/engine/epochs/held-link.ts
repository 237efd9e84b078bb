/** A link whose secret this device has, as vault and home keep it. Its password is nowhere. */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { LINK_ROLES, LINK_SECRET_BYTES, type LinkRole } from '../../wire/link.ts';
import { KEY_BYTES } from '../seal/sodium.ts';

export type HeldLink = {
  readonly role: LinkRole;
  readonly secret: Uint8Array;
  /** What secret and password gave together: the link's keys come from it. Where the link has a password. */
  readonly passwordKey?: Uint8Array;
};

/** What the link's keys come from [LI2]. */
export const keySource = ({ secret, passwordKey }: Pick<HeldLink, 'secret' | 'passwordKey'>): Uint8Array =>
  passwordKey ?? secret;

const NONE = new Uint8Array();

export const encodeHeldLink = ({ role, secret, passwordKey }: HeldLink): Uint8Array =>
  new ByteWriter()
    .u8(LINK_ROLES.indexOf(role))
    .raw(secret)
    .raw(passwordKey ?? NONE)
    .bytes();

/** @throws WireError */
export function decodeHeldLink(bytes: Uint8Array): HeldLink {
  const reader = new ByteReader(bytes);
  const role = LINK_ROLES[reader.u8()];
  const secret = reader.raw(LINK_SECRET_BYTES).slice();
  const passwordKey = reader.remaining > 0 ? reader.raw(KEY_BYTES).slice() : null;
  reader.end();
  if (!role) throw new WireError('malformed', 'role of a link');
  return { role, secret, ...(passwordKey && { passwordKey }) };
}
