/** Records and what they say about who is in, decoded as far as that is clear. */
import { decodeEpochBody, type EpochBody } from './epoch.ts';
import { idBytes } from './ids.ts';
import { decodeNotice, type Notice } from './notice.ts';
import type { Proof } from './proof.ts';
import { type SignedRecord, signedBytes, unsignedBytes } from './record.ts';

/** A record, decoded as far as it is clear, with every signature that must hold. */
export type Control =
  | { readonly type: 'epoch'; readonly body: EpochBody }
  | { readonly type: 'notice'; readonly notice: Notice }
  | { readonly type: 'none' };
export type Parsed = { readonly record: SignedRecord; readonly control: Control; readonly proofs: readonly Proof[] };

/** @throws WireError if a clear body does not follow its layout */
export function parseRecord(record: SignedRecord): Parsed {
  const { header, body, signature } = record;
  const control: Control =
    header.kind === 'epoch'
      ? { type: 'epoch', body: decodeEpochBody(body) }
      : header.kind === 'notice'
        ? { type: 'notice', notice: decodeNotice(body, header) }
        : { type: 'none' };
  const own: Proof = {
    key: idBytes(header.sender),
    message: signedBytes(header.kind, unsignedBytes(record)),
    signature,
  };
  return { record, control, proofs: [own, ...proofsOf(control)] };
}

function proofsOf(control: Control): Proof[] {
  if (control.type === 'epoch') return control.body.lists.flatMap((list) => list.proofs);
  if (control.type !== 'notice') return [];
  if (control.notice.type === 'device-list') return [...control.notice.list.proofs];
  return control.notice.type === 'visitor' ? [control.notice.certificate.proof] : [];
}
