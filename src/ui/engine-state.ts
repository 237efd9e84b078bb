import { type Accessor, onCleanup } from 'solid-js';
import { createStore, reconcile } from 'solid-js/store';
import type { EngineClient, EngineState } from '../engine/api.ts';

/** The engine's state as a store: a screen is told only of the parts that it reads. Null until the engine has spoken. */
export function createEngineState(client: Pick<EngineClient, 'watch'>): Accessor<EngineState | null> {
  const [state, setState] = createStore<{ current: EngineState | null }>({ current: null });
  onCleanup(client.watch((next) => setState('current', reconcile(next, { key: 'room' }))));
  return () => state.current;
}
