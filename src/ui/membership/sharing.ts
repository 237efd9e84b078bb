import { type Accessor, createResource, type Signal } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import type { EngineClient, RoomState, ShareLinks } from '../../engine/api.ts';
import type { RoomPeople } from '../../engine/membership/api.ts';

/** Who is in, and what can be passed on. `people` is null while nothing of the room was read. */
export type Sharing = { readonly people: RoomPeople | null; readonly links: ShareLinks };

const NO_LINKS: ShareLinks = { edit: null, view: null };

/**
 * Asks the engine while `isWanted`, and again whenever who is in has changed. What stayed the same keeps its identity, so that
 * rows, and the focus in them, stay where they are. Undefined: not asked yet.
 */
export function createSharing(
  client: Pick<EngineClient, 'links' | 'membership'>,
  room: Accessor<Pick<RoomState, 'room' | 'accessAt'>>,
  isWanted: Accessor<boolean>,
): Accessor<Sharing | undefined> {
  const [sharing] = createResource(
    // As text: the same question is not asked twice.
    () => isWanted() && `${room().room} ${room().accessAt}`,
    async (): Promise<Sharing> => {
      const id = room().room;
      const people = await client.membership.people(id);
      // Links can be passed on before anything was read.
      return { people, links: people === null ? await client.links(id) : NO_LINKS };
    },
    { storage: createKeptStore },
  );
  return () => (sharing.error === undefined ? sharing.latest : { people: null, links: NO_LINKS });
}

/** For a resource: what stayed the same keeps its identity. */
export function createKeptStore<T>(first: T): Signal<T> {
  const [kept, setKept] = createStore<{ value: T }>({ value: first });
  const read = (): T => kept.value;
  const write = (next: unknown): T => {
    const value = typeof next === 'function' ? (next as (previous: T) => T)(kept.value) : (next as T);
    setKept('value', reconcile(value, { key: 'principal' }));
    return kept.value;
  };
  return [read, write] as Signal<T>;
}
