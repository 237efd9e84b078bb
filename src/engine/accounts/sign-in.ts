/**
 * Signing in: on a device without account, which becomes one of the account's devices, or again on one whose session ended.
 * And signing out, after which this device is a guest that has never been here.
 */
import { nothing } from '../../wire/http/fields.ts';
import { type Hash, idBytes } from '../../wire/ids.ts';
import { listingOf, nextDeviceList } from '../epochs/device-lists.ts';
import { accountDevice, makeDeviceSeeds, makeIdentity } from '../epochs/identity.ts';
import { signingKeyFromSeed } from '../seal/sodium.ts';
import type { RoomMove } from '../vault/profile-vault.ts';
import type { Entrance, LinkEntrance } from '../vault/room-vault.ts';
import { type AccountKeys, openAccount } from './account-keys.ts';
import type { AccountRecord } from './account-record.ts';
import type { AccountOutcome, Proof } from './api.ts';
import type { Self } from './self.ts';

/** How long what is still on its way to the server is waited for. Milliseconds. */
const SENDING_MS = 5_000;
const LOOK_EVERY_MS = 100;

export class SignIns {
  readonly #self: Self;

  constructor(self: Self) {
    this.#self = self;
  }

  async signIn(name: string, proof: Proof, takeDocuments: boolean): Promise<AccountOutcome<null>> {
    const { service, ports } = this.#self;
    const account = this.#self.account;
    if (account && account.name !== name) return { ok: false, reason: 'other-account' };
    const isSent = account !== null || (await allIsSent(this.#self));
    // A device that only signs in again has nothing to keep but that it did.
    if (!account) await this.#self.tryStorage();
    const identity = this.#self.identity;
    const opened = await openAccount(service, name, proof, identity, ports, account?.serverKey ?? null);
    if (!opened.ok) return opened.reason === 'offline' && !isSent ? { ok: false, reason: 'unsent' } : opened;
    const keys = opened.value;
    if (account && account.id !== keys.answer.account) return this.#leave('untrusted-server');
    if (keys.answer.device) return this.#comeBack(name, keys, takeDocuments && !account);
    if (account) {
      await this.#self.update(identity, { ...account, access: 'revoked' });
      return this.#leave('wrong-state');
    }
    // Edits of the device that this one was could not be sent by the one that it becomes.
    return isSent ? this.#join(name, keys, takeDocuments) : this.#leave('unsent');
  }

  /** A session of no device is of no use. */
  async #leave(reason: 'untrusted-server' | 'wrong-state' | 'unsent'): Promise<AccountOutcome<null>> {
    await this.#self.service.call('signOut', nothing);
    return { ok: false, reason };
  }

  /** The service knows this device: its session had ended, or the answer to its sign-up was lost. */
  async #comeBack(name: string, keys: AccountKeys, takeDocuments: boolean): Promise<AccountOutcome<null>> {
    const { seeds } = this.#self.identity;
    const documents = this.#self.shelf.summaries.map(({ room }) => room);
    await this.#self.update(accountDevice(seeds, keys.deviceList.bytes), recordOf(name, keys));
    await this.#self.openHome(keys.accountKey);
    if (takeDocuments) for (const room of documents) await this.#self.keeper.take(room);
    return { ok: true, value: null };
  }

  /** Makes keys for this device, and puts it on the account's list. */
  async #join(name: string, keys: AccountKeys, takeDocuments: boolean): Promise<AccountOutcome<null>> {
    const { ports, service } = this.#self;
    const seeds = makeDeviceSeeds(ports.random, ports.clock.now());
    const listed = listingOf(keys.principal, signingKeyFromSeed(seeds.signing));
    const list = nextDeviceList(keys.identityKey, keys.deviceList.bytes, { add: listed });
    const changed = await service.call('changeDevices', nothing, { deviceList: list, own: idBytes(listed.device) });
    if (!changed.ok) return changed;
    const moves = await movesOf(this.#self, takeDocuments);
    await this.#self.become(accountDevice(seeds, list), recordOf(name, keys), moves);
    await this.#self.openHome(keys.accountKey);
    return { ok: true, value: null };
  }

  async signOut(options: {
    readonly everywhere: boolean;
    readonly loseUnsent: boolean;
  }): Promise<AccountOutcome<null>> {
    const { service, ports, account } = this.#self;
    if (!account) return { ok: false, reason: 'wrong-state' };
    if (!options.loseUnsent && !(await allIsSent(this.#self))) return { ok: false, reason: 'unsent' };
    const ended = await service.call(options.everywhere ? 'signOutEverywhere' : 'signOut', nothing);
    // A session that has ended by itself needs no ending; an unreachable server must not keep a person's words on a device.
    const isOver = ended.ok || ended.reason === 'not-signed-in' || ended.reason === 'banned';
    if (!isOver && !(ended.reason === 'offline' && options.loseUnsent)) return ended;
    await this.#self.become(makeIdentity(ports.random, ports.clock.now()), null, []);
    return { ok: true, value: null };
  }
}

/** Waits for a moment until everything that was written here is at the server. */
export async function allIsSent({ shelf, ports }: Pick<Self, 'shelf' | 'ports'>): Promise<boolean> {
  for (let waited = 0; shelf.hasUnsent; waited += LOOK_EVERY_MS) {
    if (waited >= SENDING_MS) return false;
    await new Promise<void>((resolve) => void ports.clock.after(LOOK_EVERY_MS, resolve));
  }
  return true;
}

const recordOf = (name: string, { answer, bundle }: AccountKeys): AccountRecord => ({
  id: answer.account,
  name,
  home: bundle.home,
  serverKey: bundle.serverKey,
  access: 'in',
});

/** The guest's documents, by links that any device can open: they were written under keys that this device gives up. */
export async function movesOf({ shelf }: Pick<Self, 'shelf'>, take: boolean): Promise<RoomMove[]> {
  const moves: RoomMove[] = [];
  for (const { room } of shelf.summaries) {
    const opened = await shelf.open(room);
    const link = opened && linkOf(opened.entrance, opened.epochHash);
    if (link) moves.push({ room, link, take });
  }
  return moves;
}

function linkOf(entrance: Entrance, epochHash: Hash | null): LinkEntrance | undefined {
  if (entrance.by === 'link') return entrance;
  if (!entrance.editSecret || !epochHash) return undefined;
  return { by: 'link', role: 'editor', secret: entrance.editSecret, epochHash };
}
