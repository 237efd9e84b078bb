import { type Accessor, createResource } from 'solid-js';
import type { Contact } from '../../engine/accounts/api.ts';
import type { EngineClient, RoomState } from '../../engine/api.ts';
import type { RoomPeople } from '../../engine/membership/api.ts';
import type { RoomSecurity } from '../../engine/security/api.ts';
import { createKeptStore } from '../membership/sharing.ts';

/** Who is in, and for the panel all that is known of keys and history. Null: nothing of the room was read. */
export type RoomTrust = {
  readonly people: RoomPeople | null;
  readonly security: RoomSecurity | null;
  /** All was asked for. */
  readonly isWhole: boolean;
};

/** Asks the engine, and again whenever something of it may have changed. Undefined: not answered yet. */
export function createRoomTrust(
  client: Pick<EngineClient, 'membership'>,
  room: Accessor<Pick<RoomState, 'room' | 'accessAt' | 'noticed'>>,
  contacts: Accessor<readonly Contact[]>,
  wantsAll: Accessor<boolean>,
): Accessor<RoomTrust | undefined> {
  const [trust] = createResource(
    // As text: the same question is not asked twice.
    () => {
      const known = contacts().map(({ principal, verified, changedTo }) => `${principal}${verified}${changedTo}`);
      return [room().room, room().accessAt, room().noticed, wantsAll(), ...known].join(' ');
    },
    async (): Promise<RoomTrust> => {
      const id = room().room;
      const isWhole = wantsAll();
      const [people, security] = await Promise.all([
        client.membership.people(id),
        isWhole ? client.membership.security(id) : null,
      ]);
      return { people, security, isWhole };
    },
    { storage: createKeptStore },
  );
  return () => (trust.error === undefined ? trust.latest : { people: null, security: null, isWhole: true });
}
