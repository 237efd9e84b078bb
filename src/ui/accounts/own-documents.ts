import type { EngineState } from '../../engine/api.ts';

/** Documents that would move into an account: those on this device alone. */
export const documentsHere = (engine: Pick<EngineState, 'rooms'>): number =>
  engine.rooms.filter(({ kept }) => kept === 'device').length;
