import { useLocation, useNavigate } from '@solidjs/router';
import { untrack } from 'solid-js';

/**
 * What the pages that lead into an account hand on to each other in the history of the tab, of which no server hears: the page that
 * somebody came from, share link and all.
 */
export type CameFrom = { readonly cameFrom: string };

/** Where whoever has got into an account goes. */
export function createWayBack() {
  const location = useLocation<CameFrom>();
  const navigate = useNavigate();
  const state = untrack(() => location.state);
  return { state, goBack: () => navigate(state?.cameFrom ?? '/') };
}
