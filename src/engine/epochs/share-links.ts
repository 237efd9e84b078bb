/** The links that this device can hand on: its own or weaker ones. */
import type { Hash, RoomId } from '../../wire/ids.ts';
import { encodeLink, type LinkRole } from '../../wire/link.ts';
import type { ShareLinks } from '../api.ts';
import { blake2b } from '../seal/sodium.ts';
import type { Entrance } from '../vault/room-vault.ts';
import { viewSecretOf } from './link-keys.ts';

/** `epochHash`: of the epoch record that is current now. */
export function shareLinks(room: RoomId, entrance: Entrance, epochHash: Hash): ShareLinks {
  const path = (role: LinkRole, secret: Uint8Array): string => encodeLink(blake2b, { room, role, secret, epochHash });
  if (entrance.by === 'link' && entrance.role !== 'editor')
    return { edit: null, view: entrance.role === 'viewer' ? path('viewer', entrance.secret) : null };
  const secret = entrance.by === 'link' ? entrance.secret : entrance.editSecret;
  if (!secret) return { edit: null, view: null };
  return { edit: path('editor', secret), view: path('viewer', viewSecretOf(secret)) };
}
