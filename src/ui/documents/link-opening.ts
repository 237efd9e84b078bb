import { useLocation, useNavigate } from '@solidjs/router';
import { type Accessor, createEffect, createSignal } from 'solid-js';
import type { EngineClient } from '../../engine/api.ts';
import type { LinkOpening } from './page-view.ts';

export type LinkInAddress = {
  readonly state: Accessor<LinkOpening>;
  /** Of the last link in the address bar, also when it was taken out. Empty: there was none. */
  readonly fragment: Accessor<string>;
  /** As typed, where the link asks for one. */
  readonly tryPassword: (password: string) => void;
};

/**
 * Opens the share link in the address bar, if there is one. Once the device has it, it is taken out of the address bar, where
 * it would be seen over a shoulder and kept in the history. A link that failed stays: it may be the only copy.
 */
export function createLinkOpening(client: Pick<EngineClient, 'openLink'>, room: string): LinkInAddress {
  const location = useLocation();
  const navigate = useNavigate();
  const [state, setState] = createSignal<LinkOpening>({ at: location.hash.length > 1 ? 'opening' : 'none' });
  const [last, setLast] = createSignal('');
  const open = async (fragment: string, password?: string): Promise<void> => {
    const outcome = await client.openLink(room, fragment, password);
    // Another link was opened meanwhile.
    if (location.hash.slice(1) !== fragment) return;
    if (outcome.ok) {
      navigate(location.pathname, { replace: true, scroll: false });
      setState({ at: 'none' });
      return;
    }
    const { reason } = outcome;
    if (reason === 'password-needed') setState({ at: 'password', busy: false, failure: null });
    else if (reason === 'wrong-password') setState({ at: 'password', busy: false, failure: reason });
    else setState({ at: 'failed', reason });
  };
  createEffect(() => {
    const fragment = location.hash.slice(1);
    if (fragment === '') return;
    setLast(fragment);
    setState({ at: 'opening' });
    void open(fragment);
  });
  const tryPassword = (password: string): void => {
    const current = state();
    if (current.at !== 'password' || current.busy) return;
    setState({ ...current, busy: true });
    void open(location.hash.slice(1), password);
  };
  return { state, fragment: last, tryPassword };
}
