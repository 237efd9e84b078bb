/** The links that this device can hand on: its own or weaker ones, and those that were made here. */
import type { Hash, RoomId } from '../../wire/ids.ts';
import { encodeLink } from '../../wire/link.ts';
import { blake2b } from '../seal/sodium.ts';
import type { Entrance } from '../vault/room-vault.ts';
import type { HeldLink } from './held-link.ts';
import { passwordCheckOf, viewSecretOf } from './link-keys.ts';

/** Those that the entrance gives. Whether they still open is for the access list to say. */
export function linksOfEntrance(entrance: Entrance): HeldLink[] {
  if (entrance.by === 'link' && entrance.passwordKey) {
    const { role, secret, passwordKey } = entrance;
    return [{ role, secret, passwordKey }];
  }
  if (entrance.by === 'link' && entrance.role !== 'editor')
    return entrance.role === 'viewer' ? [{ role: 'viewer', secret: entrance.secret }] : [];
  const secret = entrance.by === 'link' ? entrance.secret : entrance.editSecret;
  if (!secret) return [];
  return [
    { role: 'editor', secret },
    { role: 'viewer', secret: viewSecretOf(secret) },
  ];
}

/** Path and fragment. `epochHash`: of the epoch record that the room's chain must go through. */
export function linkPath(room: RoomId, { role, secret, passwordKey }: HeldLink, epochHash: Hash): string {
  const passwordCheck = passwordKey ? passwordCheckOf(passwordKey) : null;
  return encodeLink(blake2b, { room, role, secret, epochHash, passwordCheck });
}
