import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Identity, makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { RelaySession } from '../../../src/engine/sync/relay-session.ts';
import { nodeClock } from '../../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import type { DeviceId } from '../../../src/wire/ids.ts';
import { decodePrekey } from '../../../src/wire/prekey.ts';
import type { RelayFrame } from '../../../src/wire/relay-frames.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { noService } from '../../support/no-service.ts';
import { until } from '../../support/node-engine.ts';
import { kemKey, signedBy } from '../../support/signed-prekey.ts';
import { passOn, TamperingRelay } from '../../support/tampering-relay.ts';

beforeAll(sodiumReady);

describe('a session’s exchange of prekeys', () => {
  let relay: LocalRelay;
  let sessions: RelaySession[];
  const logged: string[] = [];

  beforeEach(async () => {
    sessions = [];
    logged.length = 0;
    relay = new LocalRelay();
    await relay.start();
  });
  afterEach(async () => {
    for (const session of sessions) session.stop();
    await relay.stop();
  });

  const connect = async (identity: () => Identity): Promise<{ session: RelaySession; line: TamperingRelay }> => {
    const line = new TamperingRelay(relay.url);
    const session = new RelaySession(
      {
        clock: nodeClock,
        random: nodeRandom,
        relay: line,
        boxes: new MemoryBoxStore(),
        log: (event, details) => void logged.push(`${event} ${details?.reason}`),
        ...noService,
      },
      identity,
      () => undefined,
      () => undefined,
    );
    sessions.push(session);
    session.start();
    await until(() => session.isOnline, 'online');
    return { session, line };
  };
  /** The id of the prekey that `session` is handed of that device. */
  const idOf = async (session: RelaySession, device: DeviceId): Promise<number | undefined> => {
    const bytes = (await session.prekeysOf([device]))?.get(device);
    return bytes && decodePrekey(bytes).prekey.id;
  };

  it('[FR11] has its prekey in the directory, and the next one when it is told', async () => {
    const alice = makeIdentity(nodeRandom, 0);
    let bob = makeIdentity(nodeRandom, 0);
    const { session } = await connect(() => alice);
    const offering = await connect(() => bob);
    await expect.poll(() => session.prekeysOf([bob.device])).toEqual(new Map([[bob.device, bob.signedPrekey]]));
    bob = { ...bob, signedPrekey: signedBy(bob, { id: 2 }) };
    offering.session.offerAgain();
    await expect.poll(() => idOf(session, bob.device)).toBe(2);
  });

  it('[FR12] hands out nothing offline, nor what the relay makes up', async () => {
    const [alice, bob] = [makeIdentity(nodeRandom, 0), makeIdentity(nodeRandom, 0)];
    const { session, line } = await connect(() => alice);
    await connect(() => bob);
    await expect.poll(() => idOf(session, bob.device)).toBe(1);
    const answer = (...prekeys: Uint8Array[]): void => {
      line.tamper = (frame: RelayFrame) => (frame.type === 'prekeys' ? [{ ...frame, prekeys }] : [frame]);
    };
    answer(signedBy(alice), signedBy(alice, { device: bob.device, id: 2 }));
    expect(await idOf(session, bob.device)).toBeUndefined();
    expect(logged).toEqual(['prekey.refused unknown-device', 'prekey.refused bad-signature']);
    answer();
    expect(await idOf(session, bob.device)).toBeUndefined();
    line.tamper = passOn;
    expect(await idOf(session, bob.device)).toBe(1);
    session.stop();
    expect(await idOf(session, bob.device)).toBeUndefined();
  });

  it('[PK2] stays online though the relay has another prekey of it under the same id', async () => {
    const bob = makeIdentity(nodeRandom, 0);
    const { session } = await connect(() => bob);
    await expect.poll(() => idOf(session, bob.device)).toBe(1);
    session.stop();
    const copied = await connect(() => ({ ...bob, signedPrekey: signedBy(bob, { kemKey: kemKey(9) }) }));
    await until(() => logged.includes('prekey.not-taken replayed-counter'), 'refused');
    await until(() => copied.session.isOnline, 'online again');
    expect(await idOf(copied.session, bob.device)).toBe(1);
    expect(logged.filter((line) => line.startsWith('relay.ended'))).toHaveLength(1);
  });
});
