/** The plaintext of an update record: client ids that the log does not know yet, then the Yjs update (encoding V1). */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { MAX_CLIENTS_PER_UPDATE } from '../../wire/limits.ts';
import { CLIENT_NONCE_BYTES, type ClaimedId } from './client-ids.ts';

const VERSION = 1;

export type UpdateBody = { readonly claims: readonly ClaimedId[]; readonly update: Uint8Array };

export function encodeUpdateBody(body: UpdateBody): Uint8Array {
  const out = new ByteWriter().u8(VERSION).u16(body.claims.length);
  for (const { clientId, nonce } of body.claims) out.u64(clientId).raw(nonce);
  return out.raw(body.update).bytes();
}

/** @throws WireError */
export function decodeUpdateBody(bytes: Uint8Array): UpdateBody {
  const reader = new ByteReader(bytes);
  const version = reader.u8();
  if (version !== VERSION) throw new WireError('unknown-version', `update body version ${version}`);
  const count = reader.u16();
  if (count > MAX_CLIENTS_PER_UPDATE) throw new WireError('too-many-clients', `${count} claims`);
  const claims = Array.from({ length: count }, () => ({
    clientId: reader.u64(),
    nonce: reader.raw(CLIENT_NONCE_BYTES).slice(),
  }));
  return { claims, update: reader.rest() };
}
