/**
 * What a device leaves at a room that it is not let into: who asks for access, and as what [KN1]–[KN3]. The service keeps it for the
 * room's owners. It gives no right: an owner lets the person in like any other, by the next epoch.
 */
import { ByteReader, ByteWriter, labelled, WireError } from './bytes.ts';
import { decodeDeviceList, MAX_DEVICE_LIST_BYTES, type SignedDeviceList } from './device-list.ts';
import {
  type DeviceId,
  deviceId,
  ID_BYTES,
  idBytes,
  type PrincipalId,
  principalId,
  type RoomId,
  roomId,
} from './ids.ts';
import { LINK_ROLES, type LinkRole } from './link.ts';
import { type Proof, SIGNATURE_LENGTH } from './proof.ts';

const VERSION = 1;

/** Version, room, role, principal, device, the list as a block, signature. */
export const MAX_KNOCK_BYTES = 1 + ID_BYTES + 1 + 2 * ID_BYTES + 4 + MAX_DEVICE_LIST_BYTES + SIGNATURE_LENGTH;

export type KnockNote = {
  readonly room: RoomId;
  /** What the person wishes for. Whoever lets them in decides. Nobody asks to own a room. */
  readonly role: LinkRole;
  /** Who asks. */
  readonly principal: PrincipalId;
  /** Which of that account's devices has signed. */
  readonly device: DeviceId;
  /** The account's, with that device on it. */
  readonly list: SignedDeviceList;
};
/** It counts when the list's proofs and its own hold. */
export type SignedKnock = { readonly note: KnockNote; readonly bytes: Uint8Array; readonly proof: Proof };

export const encodeKnock = (note: KnockNote): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(idBytes(note.room))
    .u8(LINK_ROLES.indexOf(note.role))
    .raw(idBytes(note.principal))
    .raw(idBytes(note.device))
    .block(note.list.bytes)
    .bytes();

/** What the device signs. */
export const knockSignedBytes = (unsigned: Uint8Array): Uint8Array => labelled('knock', unsigned);

/** `bytes`: the encoding, then the device's signature, which is returned as a proof to be checked, as are the list's. */
export function decodeKnock(bytes: Uint8Array): SignedKnock {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `knock version ${version}`);
  const room = roomId(reader.raw(ID_BYTES));
  const role = LINK_ROLES[reader.u8()];
  if (!role) throw new WireError('malformed', 'role of a knock');
  const principal = principalId(reader.raw(ID_BYTES));
  const deviceKey = reader.raw(ID_BYTES);
  const device = deviceId(deviceKey);
  const list = decodeDeviceList(reader.block(MAX_DEVICE_LIST_BYTES));
  const unsigned = bytes.subarray(0, bytes.length - reader.remaining);
  const signature = reader.raw(SIGNATURE_LENGTH);
  reader.end();
  // [KN2]
  if (list.list.principal !== principal || !list.list.devices.includes(device))
    throw new WireError('malformed', 'the list is not that of the device');
  const note: KnockNote = { room, role, principal, device, list };
  return { note, bytes, proof: { key: deviceKey, message: knockSignedBytes(unsigned), signature } };
}
