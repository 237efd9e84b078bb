/** How whoever has a share link reads the room's log. */
import { linkKeys } from '../../src/engine/epochs/link-keys.ts';
import { unwrapSecret } from '../../src/engine/epochs/wraps.ts';
import type { ReaderOptions } from '../../src/engine/rooms/log-reader.ts';
import { RecordKeys } from '../../src/engine/seal/record-seal.ts';
import { blake2b } from '../../src/engine/seal/sodium.ts';
import type { RoomId } from '../../src/wire/ids.ts';
import { decodeLink } from '../../src/wire/link.ts';

export const secretOf = (link: string, room: RoomId): Uint8Array =>
  decodeLink(blake2b, room, link.split('#')[1] ?? '').secret;

export const optionsOf = (link: string, room: RoomId): ReaderOptions => {
  const { principal, kem } = linkKeys(secretOf(link, room));
  return {
    room,
    keys: new RecordKeys(),
    unwrap: (access, wrap) => {
      const key = unwrapSecret(wrap, access.core, access.coreHash, principal, kem.secretKey);
      return key.ok ? key.value : undefined;
    },
  };
};
