/**
 * What a device leaves for somebody whom it has put into a room: which room, and how to tell the right one [IN1]–[IN3]. The
 * service keeps it for that account. It gives no right and no key: these are in the room's chain.
 */
import { ByteReader, ByteWriter, labelled, WireError } from './bytes.ts';
import { decodeDeviceList, MAX_DEVICE_LIST_BYTES, type SignedDeviceList } from './device-list.ts';
import {
  type DeviceId,
  deviceId,
  type Hash,
  hashId,
  ID_BYTES,
  idBytes,
  type PrincipalId,
  principalId,
  type RoomId,
  roomId,
} from './ids.ts';
import { type Proof, SIGNATURE_LENGTH } from './proof.ts';
import { ROLES, type Role } from './roles.ts';

const VERSION = 1;

/** Version, room, epoch record, role, recipient, sender, device, the list as a block, signature. */
export const MAX_INVITATION_BYTES =
  1 + ID_BYTES + ID_BYTES + 1 + 3 * ID_BYTES + 4 + MAX_DEVICE_LIST_BYTES + SIGNATURE_LENGTH;

export type InvitationNote = {
  readonly room: RoomId;
  /** Of the epoch record that put the recipient in: the room's chain must go through it. */
  readonly epochHash: Hash;
  /** As that record has it. The room's log tells what it is by now. */
  readonly role: Role;
  readonly recipient: PrincipalId;
  readonly sender: PrincipalId;
  /** Which of the sender's devices has signed. */
  readonly device: DeviceId;
  /** The sender's, with that device on it. */
  readonly list: SignedDeviceList;
};
/** It counts when the list's proofs and its own hold. */
export type SignedInvitation = { readonly note: InvitationNote; readonly bytes: Uint8Array; readonly proof: Proof };

export const encodeInvitation = (note: InvitationNote): Uint8Array =>
  new ByteWriter()
    .u8(VERSION)
    .raw(idBytes(note.room))
    .raw(idBytes(note.epochHash))
    .u8(ROLES.indexOf(note.role))
    .raw(idBytes(note.recipient))
    .raw(idBytes(note.sender))
    .raw(idBytes(note.device))
    .block(note.list.bytes)
    .bytes();

/** What the device signs. */
export const invitationSignedBytes = (unsigned: Uint8Array): Uint8Array => labelled('invitation', unsigned);

/** `bytes`: the encoding, then the device's signature, which is returned as a proof to be checked, as are the list's. */
export function decodeInvitation(bytes: Uint8Array): SignedInvitation {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `invitation version ${version}`);
  const room = roomId(reader.raw(ID_BYTES));
  const epochHash = hashId(reader.raw(ID_BYTES));
  const role = ROLES[reader.u8()];
  if (!role) throw new WireError('malformed', 'role of an invitation');
  const recipient = principalId(reader.raw(ID_BYTES));
  const sender = principalId(reader.raw(ID_BYTES));
  const deviceKey = reader.raw(ID_BYTES);
  const note: InvitationNote = {
    room,
    epochHash,
    role,
    recipient,
    sender,
    device: deviceId(deviceKey),
    list: decodeDeviceList(reader.block(MAX_DEVICE_LIST_BYTES)),
  };
  const unsigned = bytes.subarray(0, bytes.length - reader.remaining);
  const signature = reader.raw(SIGNATURE_LENGTH);
  reader.end();
  assertFits(note);
  return { note, bytes, proof: { key: deviceKey, message: invitationSignedBytes(unsigned), signature } };
}

/** [IN2] */
function assertFits({ recipient, sender, device, list: { list } }: InvitationNote): void {
  if (sender === recipient) throw new WireError('malformed', 'an invitation to oneself');
  if (list.principal !== sender || !list.devices.includes(device))
    throw new WireError('malformed', 'the list is not that of the sender’s device');
}
