/**
 * The directory of prekeys [FR11], [FR12]: each device's newest, for whoever seals to it next. The relay passes on what devices
 * have signed; it cannot make a prekey, and whoever asks checks each.
 *
 * Invariants: what is stored was signed by the device whose key it lies under; it is only replaced by a newer one [PK2]; a device
 * is told of its prekey when it is on disk.
 */
import { comparePrekeys, decodePrekey, type SignedPrekey } from '../../src/wire/prekey.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import { prekeyKey } from '../store/keys.ts';
import { StorageFailed } from '../store/store.ts';
import type { OfferJob, PlainJob } from './job.ts';
import type { RequestContext, Requester } from './requester.ts';

/**
 * [FR11] What breaks a rule here was not made by an honest device: the socket ends. What the disk does not take is not confirmed,
 * and the socket goes on: with a full disk people still read.
 */
export async function takeOffer(context: RequestContext, requester: Requester, job: OfferJob): Promise<void> {
  const { offered, verified, bytes } = job;
  if (verified === null) return requester.end('unknown-device');
  if (!(await verified)) return requester.end('bad-signature');
  if (requester.ended) return;
  // The device's next socket waits for this, and so does the end of the relay.
  requester.placed(bytes);
  try {
    const stored = await storeIfNewer(context.store, offered);
    if (stored === null) requester.end('replayed-counter');
    else requester.push(encodeRelayFrame({ type: 'offered', id: stored.prekey.id }));
  } catch (error) {
    if (!(error instanceof StorageFailed)) throw error;
  } finally {
    requester.settled(bytes);
  }
}

/** The one that is on disk then, or null where the offered one contradicts it. @throws StorageFailed */
async function storeIfNewer(store: RequestContext['store'], offered: SignedPrekey): Promise<SignedPrekey | null> {
  const key = prekeyKey(offered.prekey.device);
  const value = await store.get(key);
  if (value) {
    const stored = decodePrekey(value);
    const is = comparePrekeys(offered, stored);
    if (is === 'contradictory') return null;
    if (is !== 'newer') return stored;
  }
  const result = await store.commit([{ key, value: value ?? null }], [{ key, value: offered.bytes }]);
  if (result === 'conflict') throw new Error('two sockets of one device offer prekeys');
  return offered;
}

/** [FR12] A device that nobody knows is like one that has never offered anything. @throws StorageFailed */
export async function sendPrekeys(
  { store }: RequestContext,
  requester: Requester,
  { ticket, devices }: PlainJob['frame'] & { readonly type: 'ask' },
): Promise<void> {
  const values = await store.getMany(devices.map(prekeyKey));
  const prekeys = values.filter((value) => value !== undefined);
  requester.push(encodeRelayFrame({ type: 'prekeys', ticket, prekeys }));
}
