/** Puts the parts of a room together, in the order of who needs whom. Parts that are made later are handed on as functions. */
import type { RoomId } from '../../wire/ids.ts';
import type { Identity } from '../epochs/identity.ts';
import { DEFAULT_KEY_LIVES } from '../epochs/key-lives.ts';
import { rememberingKeys } from '../epochs/opened-keys.ts';
import type { Prekeys } from '../epochs/prekeys.ts';
import { Standing } from '../epochs/standing.ts';
import { AccessRequests } from '../membership/requests.ts';
import type { EnginePorts } from '../ports.ts';
import { RecordKeys } from '../seal/record-seal.ts';
import type { KemKey } from '../seal/sodium.ts';
import { Observations, type Observed } from '../security/observations.ts';
import type { RelaySession } from '../sync/relay-session.ts';
import type { RoomVault, StoredRoom } from '../vault/room-vault.ts';
import { Agenda } from './agenda.ts';
import { Alarms } from './alarms.ts';
import { Counters } from './counters.ts';
import { HeldLog } from './held-log.ts';
import { Inbox } from './inbox.ts';
import { LiveDocument } from './live-document.ts';
import type { ReaderOptions } from './log-reader.ts';
import { NewPart } from './new-part.ts';
import { Outbox, type Writer } from './outbox.ts';
import { Presence } from './presence.ts';
import { Publication } from './publication.ts';
import type { RelayLine } from './relay-line.ts';
import { RelaySide } from './relay-side.ts';
import { Renewals } from './renewals.ts';
import { Rescue } from './rescue.ts';
import { Rights } from './rights.ts';
import { Room } from './room.ts';
import { RoomRoster } from './roster.ts';
import { ShutOut } from './shut-out.ts';
import { Signals } from './signals.ts';
import { DEFAULT_SNAPSHOT_LIMITS } from './snapshot-policy.ts';
import { Snapshots } from './snapshots.ts';
import { Tabs } from './tabs.ts';
import { Trust } from './trust.ts';
import { Watch } from './watch.ts';

export type RoomDeps = {
  readonly room: RoomId;
  readonly ports: EnginePorts;
  /** As it is now: the device list of an account grows. */
  readonly identity: () => Identity;
  readonly session: RelaySession;
  readonly vault: RoomVault;
  /** While a person signs in; null at all other times. */
  readonly accountKey: () => KemKey | null;
  /** The version of the account's list that was the last to leave a device out, as the home has it. */
  readonly lastRevocation: () => number;
  readonly prekeys: Prekeys;
  /** Whether what is sealed under this epoch may be sent: the home has its secret. */
  readonly mayAppend: (epoch: number) => boolean;
  /** Whether an epoch may be begun here: the home has no replaced prekey in the epoch under which it will get the secret. */
  readonly mayBegin: () => boolean;
  /** Whether the relay's directory has this device's prekey. */
  readonly isOffered: () => boolean;
  /** It is the account's own room. */
  readonly isHome: boolean;
  /** Whether the relay may be told of this room, which it does not know yet. */
  readonly mayPublish: () => boolean;
  /** Generations of the document are counted from here. */
  readonly firstGeneration: number;
  readonly onChange: () => void;
};

/** A room as it was left on this device. */
export function composeRoom(deps: RoomDeps, stored: StoredRoom, changedAt: number): Room {
  const { room, ports, vault, session, mayAppend, mayPublish, firstGeneration, onChange } = deps;
  const { clock, random, log, snapshotLimits: limits = DEFAULT_SNAPSHOT_LIMITS } = ports;
  const { device } = deps.identity();
  const { entrance } = stored;
  const line = (): RelayLine => relaySide;
  /** What any part may take from. */
  const given = { room, device, entrance, clock, random, log, vault, session, line, onChange };

  const standing = makeStanding(deps, stored);
  const publication = new Publication({ ...given, mayPublish }, stored.genesis);
  const onBroken = (): void => {
    log('tab.broken');
    live.renew();
  };
  const keys = new RecordKeys();
  const unwrap = rememberingKeys((access, wrap) => standing.keyOf(access, wrap));
  const options: ReaderOptions = { room, keys, unwrap };
  const held = new HeldLog(options, stored);
  const mayWrite = (): boolean => rights.mayWrite;
  const tabsPorts = { ...given, presence: () => presence, mayWrite, stream: () => held.content, onBroken };
  const tabs = new Tabs(tabsPorts, stored.nonces);
  const writer = makeWriter(deps, stored, { standing, tabs, keys });

  const rights = new Rights(standing, held, publication);
  const keepObserved = { now: () => clock.now(), write: (observed: Observed) => void vault.write({ observed }) };
  const observations = new Observations(keepObserved, stored.observed);
  const trust = new Trust({ ...given, held, publication, unread: observations.unread });
  const tellHead = (): void => presence.tellHead();
  const alarms = new Alarms({ ...given, writer, held, trust, observations, tellHead }, stored.evidence);
  const watch = new Watch({ ...given, held, trust, alarms });
  const outbox = new Outbox(writer, stored.mine);
  const live = new LiveDocument({ ...given, held, outbox, tabs, trust }, firstGeneration, changedAt);
  const shutOut = new ShutOut({ ...given, held, standing });
  const requests = new AccessRequests(clock, deps.identity().principal);
  const lives = ports.keyLives ?? DEFAULT_KEY_LIVES;
  const renewals = new Renewals({ ...given, lives, standing, isHome: deps.isHome, isOffered: deps.isOffered });
  const agenda = new Agenda({
    ...given,
    held,
    outbox,
    standing,
    rights,
    trust,
    shutOut,
    requests,
    renewals,
    prekeys: deps.prekeys,
    mayAppend,
    mayBegin: deps.mayBegin,
  });
  const rescue = new Rescue({ ...given, held, outbox, live, trust }, stored.rescued);
  const snapshots = new Snapshots({ ...given, limits, options, held, outbox, agenda, rights, trust });
  const noticing = { trust, watch, alarms, observations };
  const newPart = new NewPart({ ...given, held, live, rights, presence: () => presence });
  const inbox = new Inbox({ ...given, ...noticing, held, standing, outbox, live, snapshots, rescue, newPart });
  const signals = new Signals({ ...given, writer, held, watch, snapshots, presence: () => presence });
  const presence = new Presence({
    clock,
    send: (signal) => signals.send(signal),
    tell: (entries) => tabs.onAwareness(entries),
  });
  const parts = { ...given, standing, shutOut, publication, writer, held, trust, outbox, rescue, snapshots, presence };
  const relaySide = new RelaySide({ ...parts, watch, alarms, inbox, agenda, signals, newPart });

  snapshots.resume();
  const roster = new RoomRoster({ ...parts, rights, requests, keyStretching: ports.keyStretching }, stored.links);
  return new Room({
    ...parts,
    alarms,
    observations,
    agenda,
    renewals,
    rights,
    live,
    tabs,
    requests,
    roster,
    relaySide,
  });
}

function makeStanding(deps: RoomDeps, stored: StoredRoom): Standing {
  const { room, ports, identity, accountKey, lastRevocation, prekeys, vault } = deps;
  return new Standing({
    room,
    entrance: stored.entrance,
    identity,
    secrets: stored.secrets,
    accountKey,
    lastRevocation,
    prekeyOf: prekeys.of,
    random: ports.random,
    onLearned: (secret) => vault.write({ secrets: [secret] }),
  });
}

function makeWriter(
  { room, ports, identity, vault }: RoomDeps,
  stored: StoredRoom,
  { standing, tabs, keys }: { readonly standing: Standing; readonly tabs: Tabs; readonly keys: RecordKeys },
): Writer {
  return {
    room,
    identity: identity(),
    keys,
    random: ports.random,
    counters: new Counters(Math.max(1, stored.counter), (counter) => vault.write({ counter })),
    certificate: standing.certificate,
    introduction: (access) => standing.introduction(access),
    nonceOf: tabs.nonceOf,
  };
}
