/** What a screen, a bot or a test may ask of the engine, and what it is told. All values can be cloned between threads. */
import type { Newcomers } from '../wire/epoch.ts';
import type { PrincipalId, RoomId } from '../wire/ids.ts';
import type { Reason } from '../wire/refusals.ts';
import type { Role } from '../wire/roles.ts';
import type { AccountCommands, AccountState, Appearance } from './accounts/api.ts';
import type { MembershipCommands } from './membership/api.ts';
import type { StorageFaultKind } from './ports.ts';
import type { RoomAlarm } from './security/api.ts';

export type Profile = {
  /** May be empty: the person has not chosen one yet. */
  readonly name: string;
  /** `#rrggbb`. */
  readonly color: string;
};

export type Connection = 'connecting' | 'online' | 'offline';

/** Why the engine as a whole cannot work. */
export type EngineProblem =
  | { readonly type: 'storage'; readonly fault: StorageFaultKind }
  /** A newer build of the app has taken over this device's storage: the tab has to be reloaded. */
  | { readonly type: 'retired' }
  /** Another tab of this browser runs the engine, and this browser cannot share one. It moves here when that tab closes. */
  | { readonly type: 'elsewhere' }
  /** The browser lacks what Sealroom needs, or the page did not come over HTTPS or from localhost. */
  | { readonly type: 'unsupported' }
  /** The relay speaks another version of the protocol. */
  | { readonly type: 'protocol' };

/** Where the person's own changes are. The first that applies, in this order. */
export type Saved =
  /** The relay or a check refused them for good: they are kept as a rescued copy. */
  | { readonly at: 'refused'; readonly reason: Reason }
  /** This browser could not write them down. */
  | { readonly at: 'nowhere'; readonly fault: StorageFaultKind }
  /** On their way to the disk of this device. */
  | { readonly at: 'memory' }
  /** On this device, `waiting` changes not yet at the relay. */
  | { readonly at: 'device'; readonly waiting: number }
  | { readonly at: 'relay' };

/** Why a room cannot be shown at all. */
export type RoomFailure =
  | Reason
  | 'damaged-vault'
  | 'damaged-link'
  /** The link has a password, and none was given. */
  | 'password-needed'
  | 'wrong-password'
  | 'untrusted-chain'
  | 'rolled-back'
  | 'forked';

export type RoomState = {
  readonly room: RoomId;
  /** From the document; empty while it has none. */
  readonly title: string;
  /** `opening`: nothing to show yet. `ready`: may be read, and written if `readOnly` is null. */
  readonly phase: 'opening' | 'ready' | 'failed';
  readonly failure: RoomFailure | null;
  readonly role: Role | null;
  readonly readOnly: 'role' | 'newer-schema' | null;
  readonly saved: Saved;
  /** False while records that the relay has are still on their way. */
  readonly caughtUp: boolean;
  /** Grows when the document was rebuilt: tabs must attach anew with a fresh Y.Doc. */
  readonly generation: number;
  /** The gravest sign that relay or members misbehave, until the person has read it. Work goes on. */
  readonly alarm: RoomAlarm | null;
  /** Grows with what this device notices in this room: ask for its security anew. */
  readonly noticed: number;
  /** There is text that was refused and kept. */
  readonly rescued: boolean;
  /** Milliseconds since 1970, of the last change seen here. */
  readonly changedAt: number;
  /** Log position of the last record that changed who is in, or the epoch. 0: nothing was read yet. */
  readonly accessAt: number;
  /** The part that is written now, where newcomers start empty: how many were closed before it. */
  readonly part: number;
  /** Closed parts that can be read on this device. */
  readonly earlierParts: number;
  /** Grows when keys were renewed. 0: nothing was read yet. */
  readonly epoch: number;
  /** Whoever has given this device something that it cannot open instead of the room's current keys. Null: nobody has. */
  readonly shutOutBy: PrincipalId | null;
  /** `device`: on this device alone. `account`: on all devices of the account. */
  readonly kept: 'device' | 'account';
  /** The folder that it is in, by id. */
  readonly folder: string | null;
};

export type EngineState = {
  readonly profile: Profile;
  readonly appearance: Appearance;
  /** Null: this device has no account. */
  readonly account: AccountState | null;
  readonly connection: Connection;
  readonly problem: EngineProblem | null;
  /** Documents on this device, last changed first. */
  readonly rooms: readonly RoomState[];
};

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: RoomFailure | 'storage-denied' | 'storage-full' };

/** Path and fragment, to be put behind the server's address. Null: this device does not know that link. */
export type ShareLinks = { readonly edit: string | null; readonly view: string | null };

/** What a tab needs to mount a document. */
export type Attachment = {
  /** The Yjs client id that this tab must write under. */
  readonly clientId: number;
  readonly generation: number;
};

export interface EngineCommands {
  setProfile(profile: Profile): Promise<void>;
  setAppearance(appearance: Appearance): Promise<void>;
  /** Makes a document that this device owns. Works offline. `newcomers`: they see all, unless it says otherwise. */
  createDocument(newcomers?: Newcomers): Promise<Outcome<RoomId>>;
  /**
   * `room` and `fragment` as they stand in a share link, `password` as typed. Keeps the room on this device. A device that is in
   * already needs no password.
   */
  openLink(room: string, fragment: string, password?: string): Promise<Outcome<RoomId>>;
  links(room: RoomId): Promise<ShareLinks>;
  /** Removes a room from this device, with all that was not sent; a room of the account from all its devices. */
  forget(room: RoomId): Promise<void>;
  /** Text of what was refused, newest last. */
  rescued(room: RoomId): Promise<readonly string[]>;
  discardRescued(room: RoomId): Promise<void>;
}

/** What a tab holds of the engine. `src/platform/browser` makes one; the UI is handed it. */
export interface EngineClient extends EngineCommands {
  readonly accounts: AccountCommands;
  readonly membership: MembershipCommands;
  /** Called at once with the current state, then at every change. Returns the function that ends it. */
  watch(listener: (state: EngineState) => void): () => void;
  /**
   * Joins a document: `Socket` stands in for WebSocket in a y-websocket provider of a Y.Doc whose client id is
   * `clientId`. Detach after use.
   */
  attach(room: RoomId): Promise<Outcome<DocumentAttachment>>;
}
export type DocumentAttachment = Attachment & {
  /** Typed loosely because the engine knows no DOM; pass it on as `WebSocketPolyfill`. */
  readonly Socket: new (
    url: string,
  ) => object;
  detach(): void;
};
