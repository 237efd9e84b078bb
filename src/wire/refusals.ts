/** Every reason for which a relay or a peer refuses something. The person reads a sentence from the UI's catalogue. */
export const REASONS = [
  // Shape
  'malformed',
  'too-large',
  'unknown-version',
  // Who
  'bad-signature',
  'unknown-device',
  'wrong-role',
  // Order
  'replayed-counter',
  'stale-epoch',
  'stale-head',
  'unknown-head',
  'epoch-conflict',
  'bad-epoch',
  'rights-changing',
  // Rooms
  'unknown-room',
  'room-exists',
  'wrong-room',
  'too-many-rooms',
  'not-open',
  // The relay's state
  'rate-limited',
  'overloaded',
  'storage-failed',
  'replaced',
  'shutting-down',
  // Content: decided by peers only, the relay cannot see it
  'cannot-open',
  'foreign-client-id',
  'clock-gap',
  'missing-dependency',
  'missing-delete',
  'too-deep',
  'document-full',
  'too-many-clients',
  'bad-encoding',
  'bad-snapshot',
  'too-entangled',
  // Accounts: decided at the handshake, or when a session or a device ends
  'session-needed',
  'device-revoked',
  'banned',
  // Links: decided by the relay alone [LI4]
  'link-expired',
  'link-used-up',
  // Order: what it is about is closed [SG3]
  'closed-segment',
] as const;

export type Reason = (typeof REASONS)[number];

/** The relay says them of a room, to whom it does not let in, or not any more. */
export const SHUT_OUT: ReadonlySet<string> = new Set<Reason>(['unknown-device', 'link-expired', 'link-used-up']);

export type Refused = { readonly ok: false; readonly reason: Reason; readonly detail: string };
export type Accepted<T> = { readonly ok: true; readonly value: T };
/** The outcome of a check. Refusals are expected and are values; only our own bugs are thrown. */
export type Verdict<T> = Accepted<T> | Refused;

export const accept = <T>(value: T): Accepted<T> => ({ ok: true, value });
export const refuse = (reason: Reason, detail = ''): Refused => ({ ok: false, reason, detail });

const codeByReason = new Map<Reason, number>(REASONS.map((reason, index) => [reason, index + 1]));
export const reasonCode = (reason: Reason): number => codeByReason.get(reason) ?? 0;
/** A code that this version does not know reads as `malformed`. */
export const reasonFromCode = (code: number): Reason => REASONS[code - 1] ?? 'malformed';
