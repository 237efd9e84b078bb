import { expect, it } from 'vitest';
import { START } from '../../../../src/wire/ids.ts';
import { parseRecord } from '../../../../src/wire/parsed-record.ts';
import { decodeRecord } from '../../../../src/wire/record.ts';
import { decideFirst } from '../../../../sync-server/relay/decide.ts';
import { fanOutEntry, fanOutSignal } from '../../../../sync-server/relay/fan-out.ts';
import { blake2b256 } from '../../../../sync-server/relay/hash.ts';
import { NO_SKIPS, type Peer, type Subscription } from '../../../../sync-server/relay/peer.ts';
import { makePerson } from '../../../support/server/identities.ts';
import { epoch } from '../../../support/server/records.ts';

const ann = makePerson('ann');
const first = epoch(ann.device, { people: [{ person: ann, role: 'owner' }] }, 1);
const parsed = parseRecord(decodeRecord(first.record));
const placed = decideFirst(blake2b256, first.room, {
  parsed,
  wraps: first.wraps,
  counter: 0,
  chainAtHead: START.hash,
  chainAtCover: undefined,
});
if (!placed.ok) throw new Error(placed.reason);
const { entry } = placed.value;
const room = { id: first.room, channel: 1, committed: entry.position };

function reader(congested: boolean): { subscription: Subscription; pushed: Uint8Array[]; behind: Subscription[] } {
  const pushed: Uint8Array[] = [];
  const behind: Subscription[] = [];
  const peer: Peer = {
    device: ann.device.id,
    congested,
    push: (frame) => void pushed.push(frame),
    refuse: () => undefined,
    fallBehind: (subscription) => void behind.push(subscription),
    settled: () => undefined,
    lostRoom: () => undefined,
    end: () => undefined,
  };
  const subscription: Subscription = {
    peer,
    room,
    mode: 'live',
    introduction: null,
    principal: null,
    link: null,
    position: 0,
    behind: false,
    closed: false,
    ownAfter: 0,
    prelude: null,
    skips: NO_SKIPS,
    signalCounter: 0,
  };
  return { subscription, pushed, behind };
}

it('pushes nothing to a congested socket, which falls behind once and is left at its position', () => {
  const [free, full] = [reader(false), reader(true)];
  const subscriptions = new Set([free.subscription, full.subscription]);
  const sender = reader(false).subscription.peer;
  for (let i = 0; i < 3; i++) fanOutEntry(room, subscriptions, entry, sender, () => undefined);
  expect(full.pushed).toEqual([]);
  expect(full.behind).toEqual([full.subscription]);
  expect(full.subscription).toMatchObject({ behind: true, position: 0 });
  expect(free.pushed).toHaveLength(3);
  expect(free.subscription).toMatchObject({ behind: false, position: 1 });
});

it('drops signals for a congested socket', () => {
  const [free, full] = [reader(false), reader(true)];
  const subscriptions = new Set([free.subscription, full.subscription]);
  fanOutSignal(room, subscriptions, reader(false).subscription.peer, new Uint8Array(10));
  expect(full.pushed).toEqual([]);
  expect(free.pushed).toHaveLength(1);
});
