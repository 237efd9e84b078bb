import type { UserState } from '@lexical/yjs';
import { type Accessor, createSignal, onCleanup } from 'solid-js';
import type { Awareness } from 'y-protocols/awareness';
import type { Profile } from '../../engine/api.ts';
import { ROOT_NAME } from '../../wire/document.ts';
import { cleanName } from '../profile/names.ts';
import { readableColor } from '../profile/palette.ts';
import { strings } from '../strings.ts';

/** Whoever is here, as their own tab says. All of it comes from other people, so nothing is taken as it is. */
export type Person = { readonly name: string; readonly color: string; readonly self: boolean };

const personOf = (state: Readonly<Record<string, unknown>>, self: boolean): Person => ({
  name: cleanName(state.name) || strings.profile.anonymous,
  color: readableColor(state.color),
  self,
});

/** One entry for each person, oneself first: somebody with two tabs is still one. */
export function peopleIn(
  states: ReadonlyMap<number, Readonly<Record<string, unknown>>>,
  selfId: number,
): readonly Person[] {
  const people = new Map<string, Person>();
  const own = states.get(selfId);
  const entries = [...states].filter(([id, state]) => id !== selfId && 'name' in state);
  for (const person of [
    ...(own === undefined || !('name' in own) ? [] : [personOf(own, true)]),
    ...entries.map(([, state]) => personOf(state, false)),
  ]) {
    const key = JSON.stringify([person.name, person.color]);
    if (!people.has(key)) people.set(key, person);
  }
  return [...people.values()];
}

const samePeople = (a: readonly Person[], b: readonly Person[]): boolean =>
  a.length === b.length &&
  a.every((person, index) => {
    const other = b[index];
    return person.name === other?.name && person.color === other.color && person.self === other.self;
  });

/** Cursor movements arrive many times a second and change nobody: only real changes of who is here are passed on. */
export function createPeople(awareness: Awareness): Accessor<readonly Person[]> {
  const read = (): readonly Person[] => peopleIn(awareness.getStates(), awareness.clientID);
  const [people, setPeople] = createSignal(read(), { equals: samePeople });
  const update = (): void => {
    setPeople(read());
  };
  awareness.on('change', update);
  onCleanup(() => awareness.off('change', update));
  return people;
}

type YId = { readonly client: number; readonly clock: number };
const isYId = (value: unknown): value is YId => {
  const { client, clock } = (value ?? {}) as Partial<Record<keyof YId, unknown>>;
  return (
    Number.isSafeInteger(client) && Number.isSafeInteger(clock) && (client as number) >= 0 && (clock as number) >= 0
  );
};
/**
 * Whether a cursor's end is shaped as Yjs wants it. Positions that name another root type than the text's are
 * refused: looking them up would make that type in our Y.Doc.
 */
function isPosition(value: unknown): boolean {
  if (value === null) return true;
  if (typeof value !== 'object') return false;
  const { type, item, tname } = value as Readonly<Record<string, unknown>>;
  const isId = (id: unknown): boolean => id === null || id === undefined || isYId(id);
  return isId(type) && isId(item) && (tname === null || tname === undefined || tname === ROOT_NAME);
}
/** The states that cursors are drawn from: well-shaped ones only, with names and colours that can be shown. */
export function cursorStates(awareness: Pick<Awareness, 'getStates' | 'clientID'>): Map<number, UserState> {
  const states = new Map<number, UserState>();
  for (const [id, state] of awareness.getStates()) {
    if (id === awareness.clientID || !isPosition(state.anchorPos) || !isPosition(state.focusPos)) continue;
    const { name, color } = personOf(state, false);
    states.set(id, {
      anchorPos: state.anchorPos ?? null,
      focusPos: state.focusPos ?? null,
      focusing: state.focusing === true,
      awarenessData: {},
      name,
      color,
    });
  }
  return states;
}

/** Says who is here and how they look. The cursor's place is added by the editor. */
export function announce(awareness: Awareness, profile: Profile): void {
  const state = awareness.getLocalState();
  if (state === null || !('anchorPos' in state)) {
    awareness.setLocalState({
      anchorPos: null,
      focusPos: null,
      focusing: false,
      awarenessData: {},
      name: profile.name,
      color: profile.color,
    });
  } else if (state.name !== profile.name || state.color !== profile.color) {
    awareness.setLocalState({ ...state, name: profile.name, color: profile.color });
  }
}
