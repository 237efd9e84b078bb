/** Keys of a share link [LI2], [LI3]: all from its secret, each under a label of its own. */
import { certificateSignedBytes, encodeCertificate } from '../../wire/certificate.ts';
import { type DeviceId, type PrincipalId, principalId, type RoomId } from '../../wire/ids.ts';
import { deriveKey, type KemKey, kemKeyFromSeed, type SigningKey, sign, signingKeyFromSeed } from '../seal/sodium.ts';

export type LinkKeys = { readonly principal: PrincipalId; readonly signing: SigningKey; readonly kem: KemKey };

export function linkKeys(secret: Uint8Array): LinkKeys {
  const signing = signingKeyFromSeed(deriveKey(secret, 'link-signing'));
  return {
    principal: principalId(signing.publicKey),
    signing,
    kem: kemKeyFromSeed(deriveKey(secret, 'link-kem')),
  };
}

export const linkPrincipal = (secret: Uint8Array): PrincipalId =>
  principalId(signingKeyFromSeed(deriveKey(secret, 'link-signing')).publicKey);

/** Whoever may edit may also hand out reading. */
export const viewSecretOf = (editSecret: Uint8Array): Uint8Array => deriveKey(editSecret, 'view-link');

/** [CE1] The link's word for a visitor's device. */
export const certify = (keys: LinkKeys, room: RoomId, device: DeviceId): Uint8Array =>
  encodeCertificate(keys.principal, sign(certificateSignedBytes(room, device), keys.signing));
