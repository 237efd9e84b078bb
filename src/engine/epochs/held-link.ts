/** A link whose secret this device has, as vault and home keep it. */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { LINK_ROLES, LINK_SECRET_BYTES, type LinkRole } from '../../wire/link.ts';

export type HeldLink = { readonly role: LinkRole; readonly secret: Uint8Array };

export const encodeHeldLink = ({ role, secret }: HeldLink): Uint8Array =>
  new ByteWriter().u8(LINK_ROLES.indexOf(role)).raw(secret).bytes();

/** @throws WireError */
export function decodeHeldLink(bytes: Uint8Array): HeldLink {
  const reader = new ByteReader(bytes);
  const role = LINK_ROLES[reader.u8()];
  const secret = reader.raw(LINK_SECRET_BYTES).slice();
  reader.end();
  if (!role) throw new WireError('malformed', 'role of a link');
  return { role, secret };
}
