/**
 * Yjs client ids that belong to a device [AD1]: the first 53 bits of a hash over device, room, stream and a nonce. A
 * member cannot write first under an id that it sees in somebody's cursor, because it cannot show a nonce for it.
 */
import { ByteWriter, labelled } from '../../wire/bytes.ts';
import { type DeviceId, idBytes, type RoomId } from '../../wire/ids.ts';
import type { Stream } from '../../wire/record.ts';
import { STREAM_CLASSES } from '../../wire/roles.ts';
import { blake2b } from '../seal/sodium.ts';

export const CLIENT_NONCE_BYTES = 16;

/** A client id with what shows whose it is. */
export type ClaimedId = { readonly clientId: number; readonly nonce: Uint8Array };

export function clientIdOf(device: DeviceId, room: RoomId, stream: Stream, nonce: Uint8Array): number {
  const place = new ByteWriter().u8(STREAM_CLASSES.indexOf(stream.class)).u32(stream.segment).bytes();
  const hash = blake2b(labelled('client-id', idBytes(device), idBytes(room), place, nonce));
  const view = new DataView(hash.buffer, hash.byteOffset, hash.byteLength);
  // The first 53 bits: 32 and the upper 21 of the next 32.
  return view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11);
}
