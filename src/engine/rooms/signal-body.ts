/**
 * The plaintext of signals. So far one type: presence, which is also the heartbeat: the header names the sender's head and epoch, the
 * body its control chain.
 */
import { ByteReader, ByteWriter, WireError } from '../../wire/bytes.ts';
import { CERTIFICATE_BYTES } from '../../wire/certificate.ts';
import { type Hash, hashId, ID_BYTES, idBytes } from '../../wire/ids.ts';
import { MAX_SIGNAL_BYTES } from '../../wire/limits.ts';
import { CLIENT_NONCE_BYTES } from './client-ids.ts';

const VERSION = 3;
const PRESENCE = 1;
/** Flags. */
const ASKS = 1;
const LACKS = 2;
const MAX_TABS = 32;
export const MAX_AWARENESS_BYTES = 4_096;

/** One tab of the sender. `state`: y-protocols' awareness state as JSON, `null` when the tab has gone. */
export type PresenceEntry = {
  readonly clientId: number;
  readonly nonce: Uint8Array;
  readonly clock: number;
  readonly state: string;
};
export type PresenceSignal = {
  /** A visitor's certificate: a viewer is not in the log. Empty otherwise. */
  readonly certificate: Uint8Array;
  /** [CH3] At the head that the header names. */
  readonly controlChain: Hash;
  /** The sender has just come and asks the others to answer. */
  readonly asks: boolean;
  /** [SN6] The sender lacks what was sealed before this epoch, and asks for a snapshot. */
  readonly lacks: boolean;
  readonly entries: readonly PresenceEntry[];
};
/** What a tab has to say; the rest is added on the way. */
export type PresenceNews = Pick<PresenceSignal, 'asks' | 'entries'>;

export function encodePresence(signal: PresenceSignal): Uint8Array {
  const out = new ByteWriter()
    .u8(VERSION)
    .u8(PRESENCE)
    .block(signal.certificate)
    .raw(idBytes(signal.controlChain))
    .u8((signal.asks ? ASKS : 0) | (signal.lacks ? LACKS : 0));
  const entries = signal.entries.slice(0, MAX_TABS);
  out.u8(entries.length);
  for (const { clientId, nonce, clock, state } of entries) out.u64(clientId).raw(nonce).u64(clock).text(state);
  return out.bytes();
}

/** @throws WireError */
export function decodePresence(bytes: Uint8Array): PresenceSignal {
  const reader = new ByteReader(bytes);
  if (reader.u8() !== VERSION || reader.u8() !== PRESENCE) throw new WireError('unknown-version', 'signal');
  const certificate = reader.block(CERTIFICATE_BYTES);
  const controlChain = hashId(reader.raw(ID_BYTES));
  const flags = reader.u8();
  if (flags > (ASKS | LACKS)) throw new WireError('malformed', 'an unknown flag');
  const count = reader.u8();
  if (count > MAX_TABS) throw new WireError('too-large', `${count} tabs`);
  const entries = Array.from({ length: count }, () => ({
    clientId: reader.u64(),
    nonce: reader.raw(CLIENT_NONCE_BYTES).slice(),
    clock: reader.u64(),
    state: reader.text(MAX_SIGNAL_BYTES),
  }));
  reader.end();
  return { certificate, controlChain, asks: (flags & ASKS) > 0, lacks: (flags & LACKS) > 0, entries };
}
