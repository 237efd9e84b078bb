/** All that a person can do about the account of this device, put together. */
import { toBase64Url } from '../../wire/base64url.ts';
import type { RoomId } from '../../wire/ids.ts';
import type { Reason } from '../../wire/refusals.ts';
import { StorageFault } from '../ports.ts';
import type { AccountCommands, AccountOutcome, AccountState, Folder } from './api.ts';
import { Devices } from './devices.ts';
import { KeyChanges } from './key-changes.ts';
import { Pairing } from './pairing.ts';
import { People } from './people.ts';
import type { Self } from './self.ts';
import { SignIns } from './sign-in.ts';
import { SignUps } from './sign-up.ts';

const FOLDER_ID_BYTES = 12;
const MAX_FOLDER_NAME_LENGTH = 100;
const DONE = { ok: true, value: null } as const;
const NOT_NOW = { ok: false, reason: 'wrong-state' } as const;

type Commands = { [Name in keyof AccountCommands]: AccountCommands[Name] };

export class Accounts implements AccountCommands {
  readonly #self: Self;
  readonly #signUps: SignUps;
  readonly #signIns: SignIns;
  readonly #keyChanges: KeyChanges;
  readonly #devices: Devices;
  readonly #pairing: Pairing;
  readonly people: People;
  /** One change of who this device is at a time: two tabs may be at it. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(self: Self) {
    this.#self = self;
    this.#signUps = new SignUps(self);
    this.#signIns = new SignIns(self);
    this.#keyChanges = new KeyChanges(self);
    this.#devices = new Devices(self);
    this.#pairing = new Pairing(self);
    this.people = new People(self);
  }

  /** Null: a guest. */
  state(): AccountState | null {
    const account = this.#self.account;
    if (!account) return null;
    const { principal, device } = this.#self.identity;
    const { home } = this.#self;
    const deviceNames = Object.fromEntries([...home.devices()].map(([id, { name }]) => [id, name]));
    const lists = {
      folders: home.folders(),
      contacts: home.contacts(),
      invitations: this.#self.invitations.list(),
      knocks: this.#self.knocks.list(),
      asked: this.#self.asked.list(),
      deviceNames,
    };
    return { name: account.name, principal, device, access: account.access, homeReady: home.isReady, ...lists };
  }

  /** The relay does not let this device in. */
  async onRefused(reason: Reason): Promise<void> {
    const { account } = this.#self;
    if (!account) return;
    const access = await this.#accessAfter(reason);
    // Who this device is may have changed meanwhile, or change at this moment.
    const lose = async (): Promise<AccountOutcome<null>> => {
      if (access && this.#self.account === account)
        await this.#self.update(this.#self.identity, { ...account, access });
      return DONE;
    };
    await this.#inTurn(lose);
  }

  /** Null: the session has been renewed, or nobody knows. */
  async #accessAfter(reason: Reason): Promise<AccountState['access'] | null> {
    if (reason === 'device-revoked') return 'revoked';
    if (reason === 'banned') return 'banned';
    if (reason !== 'session-needed') return null;
    const refreshed = await this.#self.service.refresh();
    return !refreshed.ok && refreshed.reason === 'not-signed-in' ? 'locked' : null;
  }

  /** The relay has let this device in. */
  async onOnline(): Promise<void> {
    if (!this.#self.account) return;
    await this.#devices.refresh();
    await this.#self.invitations.refresh();
  }

  beginSignUp: Commands['beginSignUp'] = (name, password) => this.#signUps.begin(name, password);
  finishSignUp: Commands['finishSignUp'] = (ticket, takeDocuments) =>
    this.#inTurn(() => this.#signUps.finish(ticket, takeDocuments));
  signIn: Commands['signIn'] = (name, proof, takeDocuments) =>
    this.#inTurn(() => this.#signIns.signIn(name, proof, takeDocuments));
  signOut: Commands['signOut'] = (options) => this.#inTurn(() => this.#signIns.signOut(options));
  changePassword: Commands['changePassword'] = (proof, password) =>
    this.#inTurn(() => this.#keyChanges.changePassword(proof, password));
  beginRecoveryCode: Commands['beginRecoveryCode'] = (proof) => this.#keyChanges.beginRecoveryCode(proof);
  finishRecoveryCode: Commands['finishRecoveryCode'] = (ticket) =>
    this.#inTurn(() => this.#keyChanges.finishRecoveryCode(ticket));

  devices: Commands['devices'] = () => this.#devices.list();
  renameDevice: Commands['renameDevice'] = async (device, name) => this.#devices.rename(device, name);
  revokeDevice: Commands['revokeDevice'] = (device, proof) => this.#inTurn(() => this.#devices.revoke(device, proof));

  beginPairing: Commands['beginPairing'] = async () => this.#pairing.begin();
  awaitWelcome: Commands['awaitWelcome'] = (ticket, takeDocuments) =>
    this.#pairing.awaitWelcome(ticket, takeDocuments, (run) => this.#inTurn(run));
  cancelPairing: Commands['cancelPairing'] = async (ticket) => this.#pairing.cancel(ticket);
  admitDevice: Commands['admitDevice'] = (code, proof) => this.#inTurn(() => this.#pairing.admit(code, proof));

  findPerson: Commands['findPerson'] = (name) => this.people.find(name);
  setVerified: Commands['setVerified'] = async (name, principal, verified) =>
    this.people.setVerified(name, principal, verified);
  approveKey: Commands['approveKey'] = async (name, principal) => this.people.approve(name, principal);
  removeContact: Commands['removeContact'] = async (name) => this.people.remove(name);

  makeFolder: Commands['makeFolder'] = async (name): Promise<AccountOutcome<Folder>> => {
    const { home, ports } = this.#self;
    if (!home.isReady) return NOT_NOW;
    const folder = { id: toBase64Url(ports.random.bytes(FOLDER_ID_BYTES)), name: folderName(name) };
    home.nameFolder(folder.id, folder.name);
    return { ok: true, value: folder };
  };
  renameFolder: Commands['renameFolder'] = async (folder, name) => {
    const { home } = this.#self;
    if (!home.isReady || !home.hasFolder(folder)) return NOT_NOW;
    home.nameFolder(folder, folderName(name));
    return DONE;
  };
  removeFolder: Commands['removeFolder'] = async (folder) => {
    if (!this.#self.home.isReady) return NOT_NOW;
    this.#self.home.removeFolder(folder);
    return DONE;
  };
  moveRoom: Commands['moveRoom'] = async (room, folder) => {
    const { home } = this.#self;
    if (!home.isReady || !home.hasRoom(room) || (folder !== null && !home.hasFolder(folder))) return NOT_NOW;
    home.place(room, folder);
    return DONE;
  };
  takeRoom: Commands['takeRoom'] = async (room: RoomId) => ((await this.#self.keeper.take(room)) ? DONE : NOT_NOW);

  #inTurn<T>(run: () => Promise<AccountOutcome<T>>): Promise<AccountOutcome<T>> {
    const turn = this.#turn.then(run).catch((error: unknown): AccountOutcome<T> => {
      if (!(error instanceof StorageFault)) throw error;
      return { ok: false, reason: error.kind === 'full' ? 'storage-full' : 'storage-denied' };
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

const folderName = (name: string): string => name.trim().slice(0, MAX_FOLDER_NAME_LENGTH);
