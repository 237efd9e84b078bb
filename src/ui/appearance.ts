import { createEffect } from 'solid-js';
import type { Appearance } from '../engine/accounts/api.ts';
import type { Session } from './services.ts';

/**
 * Where the appearance is kept beside the engine's own storage: only this can be read before the first paint, which
 * public/first-paint.js does. Holds `light` or `dark`; nothing for the system's.
 */
export const APPEARANCE_KEY = 'sealroom-appearance';

/** Sets what tokens.css goes by. */
export function applyAppearance(
  appearance: Appearance,
  root: Pick<HTMLElement, 'dataset'>,
  storage: Pick<Storage, 'setItem' | 'removeItem'> | null,
): void {
  if (appearance === 'system') delete root.dataset.theme;
  else root.dataset.theme = appearance;
  try {
    if (appearance === 'system') storage?.removeItem(APPEARANCE_KEY);
    else storage?.setItem(APPEARANCE_KEY, appearance);
  } catch {
    // Full or denied: it is applied all the same, only the first paint will not know of it.
  }
}

/** Reading the property alone throws where storage is denied. */
function pageStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** Keeps the page in the appearance that was chosen, in this tab or in another one. */
export function createAppearance(session: Session): void {
  createEffect(() => {
    // An engine that could not start has not read what was chosen.
    if (session.engine.problem !== null) return;
    applyAppearance(session.engine.appearance, document.documentElement, pageStorage());
  });
}
