/** Signals that speak for others, or of another log. Relays pass signals on unread; it is for peers to refuse them. */
import { encodePresence, type PresenceEntry } from '../../../../src/engine/rooms/signal-body.ts';
import { hashId } from '../../../../src/wire/ids.ts';
import type { HostileMember } from './hostile-member.ts';
import { type Attempt, idOfAnother } from './update-deeds.ts';

/** No tab may ever be shown this. */
export const FORGED_PRESENCE = 'in the name of another';
const OTHER_HASH = hashId(new Uint8Array(32).fill(7));

const presence = (member: HostileMember, entries: readonly PresenceEntry[]): Uint8Array =>
  encodePresence({
    certificate: member.certificate,
    controlChain: member.reader.controlChain,
    asks: false,
    // Which is not true, and costs the others a snapshot for each epoch at most.
    lacks: true,
    entries,
  });

const anothersPresence: Attempt = (member) => {
  const clientId = idOfAnother(member);
  if (clientId === undefined) return null;
  const state = JSON.stringify({ name: FORGED_PRESENCE });
  const entry = { clientId, nonce: member.random.bytes(16), clock: 1_000, state };
  return { fate: 'signal', record: member.sealed('signal', presence(member, [entry])) };
};

const forgedSignature: Attempt = (member) => {
  const claim = member.claim();
  const entry = { ...claim, clock: 1, state: JSON.stringify({ name: FORGED_PRESENCE }) };
  const record = member.sealed('signal', presence(member, [entry]));
  record[record.length - 1] = (record.at(-1) ?? 0) ^ 1;
  return { fate: 'signal', record };
};

/** Everybody is told that the relay shows somebody another log: members are believed there. */
export const FALSE_FORK = 'a signal that names another log';
const falseFork: Attempt = (member) => {
  const head = { seq: member.reader.position.seq, hash: OTHER_HASH };
  return { fate: 'signal', record: member.sealed('signal', presence(member, []), { head }) };
};

export const SIGNAL_DEEDS: readonly (readonly [weight: number, kind: string, attempt: Attempt])[] = [
  [3, 'a presence under another’s id', anothersPresence],
  [1, 'a signal with a bad signature', forgedSignature],
  [0.4, FALSE_FORK, falseFork],
];
