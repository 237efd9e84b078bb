/** What a screen may ask about accounts, devices and people, and what it is told. All values can be cloned between threads. */
import type { WayIn } from '../../wire/http/accounts.ts';
import type { ApiReason } from '../../wire/http/errors.ts';
import type { DeviceId, PrincipalId, RoomId } from '../../wire/ids.ts';
import type { AskedRoom } from '../membership/asked-rooms.ts';
import type { Invitation } from '../membership/invitation.ts';
import type { Knock } from '../membership/knock.ts';

/** Why something about an account did not work: the service's reasons, and those that this device finds itself. */
export type AccountFailure =
  | ApiReason
  /** The server cannot be reached. */
  | 'offline'
  /** Too easily guessed. The screen says so before it asks; this is for whoever asks all the same. */
  | 'weak-password'
  /** Not in the shape of a recovery code: a character is missing or mistyped. Nothing was sent. */
  | 'mistyped-code'
  /** What the server keeps of this account does not open, or another server answers in its place. */
  | 'untrusted-server'
  /** Changes on this device are not at the server yet, and would be lost. */
  | 'unsent'
  /** This device belongs to another account. */
  | 'other-account'
  /** This device has no account, or has one already. */
  | 'wrong-state'
  | 'storage-denied'
  | 'storage-full'
  /** Not a code that a new device shows. */
  | 'bad-pairing-code'
  /** The key of this person has changed and was not approved. */
  | 'key-changed';

export type AccountOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly reason: AccountFailure;
      /** With `too-many-attempts`: how long to wait, if the server says so. */
      readonly waitSeconds?: number;
    };

export type Folder = { readonly id: string; readonly name: string };

export type Contact = {
  readonly name: string;
  /** The key that was pinned when this person was first looked up, or approved since. */
  readonly principal: PrincipalId;
  /** The safety numbers were compared, with the key that is pinned. */
  readonly verified: boolean;
  /** The service names another key now. Nothing is sent to this person until it is approved. Null: it does not. */
  readonly changedTo: PrincipalId | null;
};

export type AccountState = {
  readonly name: string;
  readonly principal: PrincipalId;
  /** This device. */
  readonly device: DeviceId;
  /**
   * `locked`: the session ended; work goes on here, and is sent after signing in again. `revoked`: this device was removed
   * from the account; it receives nothing any more. `banned`: whoever runs the server has blocked the account.
   */
  readonly access: 'in' | 'locked' | 'revoked' | 'banned';
  /** The home was read: folders and contacts are all there. */
  readonly homeReady: boolean;
  readonly folders: readonly Folder[];
  /** By name. */
  readonly contacts: readonly Contact[];
  /** Into rooms of others, neither accepted nor declined yet; latest first. */
  readonly invitations: readonly Invitation[];
  /** Who asks to be let into rooms that this account owns and that were looked at. */
  readonly knocks: readonly Knock[];
  /** Where this device has asked to be let in, and nobody has done it yet; latest last. */
  readonly asked: readonly AskedRoom[];
  /** What devices are called, as far as this device has heard. */
  readonly deviceNames: Readonly<Record<DeviceId, string>>;
};

export type DeviceInfo = {
  readonly id: DeviceId;
  /** Milliseconds since 1970, by the server's clock. */
  readonly addedAt: number;
  readonly lastSeenAt: number;
  readonly isThis: boolean;
};

/** Something that a person may prove an account with. `secret`: as typed. */
export type Proof = { readonly way: WayIn; readonly secret: string };

/** A new recovery code that does nothing yet: it is shown first, and asked for again. */
export type CodeOffer = {
  /** Names what was begun, for the command that finishes it. Good for 15 minutes, in this engine alone. */
  readonly ticket: string;
  /** In groups, as it is shown: `AAAA-BBBB-…`. */
  readonly code: string;
};

export type Person = {
  readonly name: string;
  readonly principal: PrincipalId;
  /** `new`: never looked up before, pinned now. `changed`: another key than the pinned one; nothing was changed. */
  readonly pin: 'new' | 'same' | 'changed';
  readonly verified: boolean;
  /** Of the key that the service names and one's own: 60 digits, in twelve groups of five, the same for both people. */
  readonly safetyNumber: string;
  /** What the QR code of the safety number says; the other person's screen shows the same. */
  readonly safetyCode: string;
};

export type NewDevice = {
  /** Names this attempt for `awaitWelcome` and `cancelPairing`. */
  readonly ticket: string;
  /** What the QR code says, also for typing in: this device's keys, and a secret for what is sealed to it. */
  readonly code: string;
};

export type Appearance = 'system' | 'light' | 'dark';

export interface AccountCommands {
  // Signing up: the code is shown and asked for again between the two.
  beginSignUp(name: string, password: string): Promise<AccountOutcome<CodeOffer>>;
  /** `takeDocuments`: those of this device move into the account and are there on all its devices. */
  finishSignUp(ticket: string, takeDocuments: boolean): Promise<AccountOutcome<null>>;

  /**
   * Signs in on a device without account (which makes it one of the account's devices), or again on one whose session
   * ended. `takeDocuments` concerns the former: documents that were made here without an account.
   */
  signIn(name: string, proof: Proof, takeDocuments: boolean): Promise<AccountOutcome<null>>;
  /**
   * Ends the session. On this device everything of the account is removed; what was not sent is lost, so it is refused
   * as `unsent` unless `loseUnsent`. `everywhere`: all other sessions end too; those devices keep what they have.
   */
  signOut(options: { readonly everywhere: boolean; readonly loseUnsent: boolean }): Promise<AccountOutcome<null>>;

  /** Needs one proof. Ends all other sessions. */
  changePassword(proof: Proof, password: string): Promise<AccountOutcome<null>>;
  beginRecoveryCode(proof: Proof): Promise<AccountOutcome<CodeOffer>>;
  finishRecoveryCode(ticket: string): Promise<AccountOutcome<null>>;

  devices(): Promise<AccountOutcome<readonly DeviceInfo[]>>;
  renameDevice(device: DeviceId, name: string): Promise<AccountOutcome<null>>;
  /** Its sockets are closed at once; it cannot come back. */
  revokeDevice(device: DeviceId, proof: Proof): Promise<AccountOutcome<null>>;

  // Adding a device by QR code. On the new device:
  beginPairing(): Promise<AccountOutcome<NewDevice>>;
  /** Resolves when an old device has let this one in; `no-welcome` when nobody did within ten minutes, or it was cancelled. */
  awaitWelcome(ticket: string, takeDocuments: boolean): Promise<AccountOutcome<null>>;
  cancelPairing(ticket: string): Promise<void>;
  // On the old one:
  admitDevice(code: string, proof: Proof): Promise<AccountOutcome<DeviceId>>;

  /** Looks somebody up by exact name and pins the key at the first time. */
  findPerson(name: string): Promise<AccountOutcome<Person>>;
  /** The safety numbers were compared (or not any more). `principal`: the key that was compared. */
  setVerified(name: string, principal: PrincipalId, verified: boolean): Promise<AccountOutcome<null>>;
  /** From now on the new key counts; it is not verified. */
  approveKey(name: string, principal: PrincipalId): Promise<AccountOutcome<null>>;
  removeContact(name: string): Promise<AccountOutcome<null>>;

  makeFolder(name: string): Promise<AccountOutcome<Folder>>;
  renameFolder(folder: string, name: string): Promise<AccountOutcome<null>>;
  /** Its documents stay, outside of any folder. */
  removeFolder(folder: string): Promise<AccountOutcome<null>>;
  moveRoom(room: RoomId, folder: string | null): Promise<AccountOutcome<null>>;
  /** Moves a document that is on this device alone into the account. */
  takeRoom(room: RoomId): Promise<AccountOutcome<null>>;
}
