/** What a person is told about who could read a room, about its keys and about the relay. All values can be cloned between threads. */
import type { DeviceId, PrincipalId } from '../../wire/ids.ts';
import type { LinkRole } from '../../wire/link.ts';
import type { Kind } from '../../wire/record.ts';
import type { Reason } from '../../wire/refusals.ts';
import type { Role } from '../../wire/roles.ts';

/** What a relay that does as it should never does. Mildest first. */
export const GRAVE_ALARMS = ['withheld', 'gap', 'rolled-back', 'forked'] as const;
export type GraveAlarm = (typeof GRAVE_ALARMS)[number];
/** `bad-record`: something was left out. `disputed`: somebody has objected to a snapshot. */
export type RoomAlarm = GraveAlarm | 'disputed' | 'bad-record';

/** `signer`: the word of whoever signed it. `here`: when this device learned of it. Milliseconds since 1970. */
export type When = { readonly at: number; readonly word: 'signer' | 'here' };

/** Who signed something. `principal`: whose device it was then. Null: nobody's that the log knows. */
export type Signer = { readonly device: DeviceId; readonly principal: PrincipalId | null };

/** What stands in the log of the room, for every member alike. */
export type LoggedEvent = {
  readonly seq: number;
  /** Null: nobody has said. */
  readonly when: When | null;
  readonly by: Signer | null;
} & (
  | { readonly type: 'created' }
  | { readonly type: 'added'; readonly principal: PrincipalId; readonly role: Role }
  | { readonly type: 'role'; readonly principal: PrincipalId; readonly from: Role; readonly to: Role }
  | { readonly type: 'removed'; readonly principal: PrincipalId }
  | { readonly type: 'left'; readonly principal: PrincipalId }
  /** `expiresAt`: milliseconds since 1970, 0 for ever. `maxUses`: devices, 0 for any number. */
  | {
      readonly type: 'link-made';
      readonly link: PrincipalId;
      readonly role: LinkRole;
      readonly expiresAt: number;
      readonly maxUses: number;
    }
  | { readonly type: 'link-ended'; readonly link: PrincipalId; readonly role: LinkRole }
  /** Fresh keys for the same people, so many times in a row. `by` is null where several did it. */
  | { readonly type: 'renewed'; readonly count: number }
  /** Epochs that the relay showed no more of than their hashes. */
  | { readonly type: 'hidden'; readonly count: number }
  | {
      readonly type: 'devices';
      readonly principal: PrincipalId;
      readonly came: readonly DeviceId[];
      readonly went: readonly DeviceId[];
    }
  | { readonly type: 'visitor'; readonly link: PrincipalId; readonly device: DeviceId }
  /** `snapshot`: its position. */
  | { readonly type: 'objected'; readonly snapshot: number }
  /** `of`: whoever began the epoch that this device could not open. */
  | { readonly type: 'unopened'; readonly of: Signer }
);

/** What this device alone has noticed. The same again counts up. */
export type ObservedEvent = { readonly count: number; readonly when: When } & (
  | {
      readonly type: 'refused';
      /** Null: no record at all. */
      readonly kind: Kind | null;
      readonly reason: Reason;
      /** Whose device signed it. Null: nobody did, so it is the relay's doing. */
      readonly by: Signer | null;
    }
  /** `by`: whose signed word stands against what the relay shows. Null: nobody's but this device's own. */
  | { readonly type: 'alarm'; readonly alarm: GraveAlarm; readonly by: Signer | null }
);
export type SecurityEvent = LoggedEvent | ObservedEvent;

/** Events told at once; older ones stay in the log. */
export const MAX_EVENTS = 300;

/** What one calls a principal. */
export type Named = {
  readonly kind: 'account' | 'link';
  /** The name whose key is pinned, or one's own. Null: nobody that one knows. */
  readonly name: string | null;
  readonly isSelf: boolean;
  readonly verified: boolean;
  /** The service names another key for this person now. */
  readonly keyChanged: boolean;
  /** Who let them in, as the log has it. */
  readonly addedBy: PrincipalId | null;
};

export type ShownDevice = {
  readonly device: DeviceId;
  /** When the room learned of it. */
  readonly when: When | null;
  /** Of one's own devices, as far as the home has it. */
  readonly name: string | null;
  readonly isThis: boolean;
};

export type RoomSecurity = {
  readonly epoch: { readonly number: number; readonly when: When | null; readonly by: Signer | null };
  /** Newest first, at most `MAX_EVENTS`. */
  readonly events: readonly SecurityEvent[];
  /** Events that are left out because they are older. */
  readonly older: number;
  readonly devices: Readonly<Record<PrincipalId, readonly ShownDevice[]>>;
  /** Everybody who is in, or is named in an event. */
  readonly names: Readonly<Record<PrincipalId, Named>>;
  /** There is evidence of an alarm, see `evidence`. */
  readonly hasEvidence: boolean;
};
