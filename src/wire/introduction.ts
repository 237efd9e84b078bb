/**
 * Who a device stands for that the log does not know yet, by what it has shown [FR3]: a visitor by its link, a device that was
 * just added to an account by the account's list. It may read; what it writes is judged by the log alone.
 */
import { type Access, roleOf, roleWith } from './access.ts';
import { decodeCertificate } from './certificate.ts';
import type { Blake2b256 } from './chain.ts';
import { decodeDeviceList } from './device-list.ts';
import type { DeviceId, PrincipalId, RoomId } from './ids.ts';
import { type BroughtList, broughtList, listsWith } from './known-lists.ts';
import type { OpenProof } from './open-proof.ts';
import type { Proof } from './proof.ts';
import type { Role } from './roles.ts';

export type Introduction =
  | { readonly type: 'certificate'; readonly principal: PrincipalId }
  | { readonly type: 'device-list'; readonly principal: PrincipalId; readonly list: BroughtList };
/** It counts when all its proofs hold. */
export type ProvenBy = { readonly introduction: Introduction; readonly proofs: readonly Proof[] };

/** @throws WireError if what is shown does not follow its layout */
export function introductionOf(hash: Blake2b256, shown: OpenProof, room: RoomId, device: DeviceId): ProvenBy | null {
  switch (shown.type) {
    case 'none':
      return null;
    case 'certificate': {
      const { link, proof } = decodeCertificate(shown.bytes, room, device);
      return { introduction: { type: 'certificate', principal: link }, proofs: [proof] };
    }
    case 'device-list': {
      const signed = decodeDeviceList(shown.bytes);
      const list = broughtList(hash, signed);
      return { introduction: { type: 'device-list', principal: list.principal, list }, proofs: signed.proofs };
    }
  }
}

/**
 * The role of a device as the log has it, else by its introduction. A list counts as long as its notice would be taken: it is
 * newer than the one that the log knows, of an account in the room, and names the device.
 */
export function roleOfReader(access: Access, device: DeviceId, introduction: Introduction | null): Role | undefined {
  if (introduction?.type !== 'device-list') return roleWith(access, device, introduction?.principal ?? null);
  const { principal, list } = introduction;
  const role = roleOf(access, device);
  if (role || !listsWith(access.lists, device, list).ok) return role;
  return access.members.get(principal)?.role;
}
