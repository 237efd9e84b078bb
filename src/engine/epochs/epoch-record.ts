/** An epoch record out of its core: the secret wrapped for each recipient, the wraps' hashes in the body, signed by the device. */
import { coreHash, type EpochCore, encodeCore, encodeEpochBody, wrapHash } from '../../wire/epoch.ts';
import type { Hash, Position, PrincipalId } from '../../wire/ids.ts';
import { NO_STREAM } from '../../wire/record.ts';
import type { Random } from '../ports.ts';
import { clearRecord, type EpochKey } from '../seal/record-seal.ts';
import { blake2b } from '../seal/sodium.ts';
import type { Identity } from './identity.ts';
import { type Recipient, wrapSecret } from './wraps.ts';

export type EpochDraft = {
  /** Its commitment must be to `secret`. */
  readonly core: EpochCore;
  readonly secret: Uint8Array;
  /** In the core's order: devices, then lasting keys. */
  readonly recipients: readonly Recipient[];
  /** Device lists that the log does not have yet. */
  readonly lists: readonly Uint8Array[];
  readonly counter: number;
  readonly head: Position;
};

export type SealedEpoch = {
  readonly record: Uint8Array;
  readonly wraps: readonly Uint8Array[];
  readonly key: EpochKey;
};

/** An epoch without a key: its record, who began it, the wrap that came with it, and those that were signed. */
export type Unopened = {
  readonly seq: number;
  readonly record: Hash;
  readonly by: PrincipalId | null;
  readonly core: EpochCore;
  readonly wrap: Uint8Array;
  readonly hashes: readonly Hash[];
};

export function sealEpoch(identity: Identity, draft: EpochDraft, random: Random): SealedEpoch {
  const { core, secret, recipients, lists, counter, head } = draft;
  const coreBytes = encodeCore(core);
  const hash = coreHash(blake2b, coreBytes);
  const wraps = recipients.map((recipient) => wrapSecret(secret, hash, recipient, random));
  const wrapHashes = wraps.map((wrap) => wrapHash(blake2b, wrap));
  const header = {
    kind: 'epoch' as const,
    stream: NO_STREAM,
    room: core.room,
    epoch: core.epoch,
    sender: identity.device,
    counter,
    head,
    units: 0,
    cover: null,
  };
  const record = clearRecord(header, encodeEpochBody(coreBytes, lists, wrapHashes), identity.signing);
  return { record, wraps, key: { epoch: core.epoch, coreHash: hash, secret } };
}
