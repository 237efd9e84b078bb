import { createEffect } from 'solid-js';
import type { Session } from '../services.ts';
import { suggestProfile } from './names.ts';

/** Gives a person who has no name yet a friendly one, which they can change whenever they like. */
export function createFirstProfile(session: Session): void {
  let suggested = false;
  createEffect(() => {
    if (suggested || session.engine.problem !== null || session.engine.profile.name !== '') return;
    suggested = true;
    void session.client.setProfile(suggestProfile(session.random));
  });
}
