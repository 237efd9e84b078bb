/** Keys of a share link [LI2], [LI3]: all from its secret, or from its password key, each under a label of its own. */
import { certificateSignedBytes, encodeCertificate } from '../../wire/certificate.ts';
import { type DeviceId, type PrincipalId, principalId, type RoomId } from '../../wire/ids.ts';
import { PASSWORD_CHECK_BYTES } from '../../wire/link.ts';
import { normalisedPassword } from '../accounts/opaque.ts';
import type { KeyStretching } from '../ports.ts';
import { deriveKey, type KemKey, kemKeyFromSeed, type SigningKey, sign, signingKeyFromSeed } from '../seal/sodium.ts';

import { LINK_SALT_BYTES, stretchedPassword } from './link-password.ts';

export type LinkKeys = { readonly principal: PrincipalId; readonly signing: SigningKey; readonly kem: KemKey };

/** `source`: see `keySource`. */
export function linkKeys(source: Uint8Array): LinkKeys {
  const signing = signingKeyFromSeed(deriveKey(source, 'link-signing'));
  return {
    principal: principalId(signing.publicKey),
    signing,
    kem: kemKeyFromSeed(deriveKey(source, 'link-kem')),
  };
}

export const linkPrincipal = (source: Uint8Array): PrincipalId =>
  principalId(signingKeyFromSeed(deriveKey(source, 'link-signing')).publicKey);

/**
 * What stands for the secret where a link has a password: neither gives it without the other. Takes as long as Argon2id does.
 * `password`: as typed.
 */
export async function passwordKeyOf(
  secret: Uint8Array,
  password: string,
  keyStretching?: KeyStretching,
): Promise<Uint8Array> {
  const salt = deriveKey(secret, 'link-salt').subarray(0, LINK_SALT_BYTES);
  const stretched = await stretchedPassword(normalisedPassword(password), salt, keyStretching);
  return deriveKey(secret, 'link-password', stretched);
}

/** Stands in the link [LI1]. */
export const passwordCheckOf = (passwordKey: Uint8Array): Uint8Array =>
  deriveKey(passwordKey, 'link-check').subarray(0, PASSWORD_CHECK_BYTES);

/** Whoever may edit may also hand out reading. */
export const viewSecretOf = (editSecret: Uint8Array): Uint8Array => deriveKey(editSecret, 'view-link');

/** [CE1] The link's word for a visitor's device. */
export const certify = (keys: LinkKeys, room: RoomId, device: DeviceId): Uint8Array =>
  encodeCertificate(keys.principal, sign(certificateSignedBytes(room, device), keys.signing));
