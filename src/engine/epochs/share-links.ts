/** The links that this device can hand on: its own or weaker ones, and those that were made here. */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import type { Hash, RoomId } from '../../wire/ids.ts';
import { encodeLink, LINK_ROLES, LINK_SECRET_BYTES, type LinkRole } from '../../wire/link.ts';
import { blake2b } from '../seal/sodium.ts';
import type { Entrance } from '../vault/room-vault.ts';
import { viewSecretOf } from './link-keys.ts';

export type HeldLink = { readonly role: LinkRole; readonly secret: Uint8Array };

/** Those that the entrance gives. Whether they still open is for the access list to say. */
export function linksOfEntrance(entrance: Entrance): HeldLink[] {
  if (entrance.by === 'link' && entrance.role !== 'editor')
    return entrance.role === 'viewer' ? [{ role: 'viewer', secret: entrance.secret }] : [];
  const secret = entrance.by === 'link' ? entrance.secret : entrance.editSecret;
  if (!secret) return [];
  return [
    { role: 'editor', secret },
    { role: 'viewer', secret: viewSecretOf(secret) },
  ];
}

/** Path and fragment. `epochHash`: of the epoch record that is current now. */
export const linkPath = (room: RoomId, { role, secret }: HeldLink, epochHash: Hash): string =>
  encodeLink(blake2b, { room, role, secret, epochHash });

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
