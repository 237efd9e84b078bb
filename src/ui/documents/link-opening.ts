import { useLocation, useNavigate } from '@solidjs/router';
import { type Accessor, createEffect, createSignal } from 'solid-js';
import type { EngineClient } from '../../engine/api.ts';
import type { LinkOpening } from './page-view.ts';

/**
 * Opens the share link in the address bar, if there is one. Once the device has it, it is taken out of the address bar, where
 * it would be seen over a shoulder and kept in the history. A link that failed stays: it may be the only copy.
 */
export function createLinkOpening(client: Pick<EngineClient, 'openLink'>, room: string): Accessor<LinkOpening> {
  const location = useLocation();
  const navigate = useNavigate();
  const [state, setState] = createSignal<LinkOpening>({ at: location.hash.length > 1 ? 'opening' : 'none' });
  createEffect(() => {
    const fragment = location.hash.slice(1);
    if (fragment === '') return;
    setState({ at: 'opening' });
    void client.openLink(room, fragment).then((outcome) => {
      if (!outcome.ok) {
        setState({ at: 'failed', reason: outcome.reason });
        return;
      }
      navigate(location.pathname, { replace: true, scroll: false });
      setState({ at: 'none' });
    });
  });
  return state;
}
