/** A link's word for a visitor's device, in one room [CE1]. 96 bytes: the link's key, its signature. */
import { ByteReader, concatBytes, labelled } from './bytes.ts';
import { type DeviceId, ID_BYTES, idBytes, type PrincipalId, principalId, type RoomId } from './ids.ts';
import { type Proof, SIGNATURE_LENGTH } from './proof.ts';

export const CERTIFICATE_BYTES = ID_BYTES + SIGNATURE_LENGTH;

export type Certificate = { readonly link: PrincipalId; readonly bytes: Uint8Array; readonly proof: Proof };

/** What the link's key signs. Room and device are not repeated in the bytes: they follow from where they stand. */
export const certificateSignedBytes = (room: RoomId, device: DeviceId): Uint8Array =>
  labelled('certificate', idBytes(room), idBytes(device));

export const encodeCertificate = (link: PrincipalId, signature: Uint8Array): Uint8Array =>
  concatBytes(idBytes(link), signature);

export function decodeCertificate(bytes: Uint8Array, room: RoomId, device: DeviceId): Certificate {
  const reader = new ByteReader(bytes);
  const key = reader.raw(ID_BYTES);
  const signature = reader.raw(SIGNATURE_LENGTH);
  reader.end();
  return { link: principalId(key), bytes, proof: { key, message: certificateSignedBytes(room, device), signature } };
}
