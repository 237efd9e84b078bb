import { type JSX, Show, untrack } from 'solid-js';
import { useSession } from '../../services.ts';
import { AlreadyPage } from './already-page.tsx';

/**
 * Pages that lead into an account. Decided once, when the page is opened: while one of them is at work the account
 * appears, and what is left to do there must not vanish.
 */
export function GuestsOnly(props: { children: JSX.Element }): JSX.Element {
  const session = useSession();
  const before = untrack(() => session.engine.account?.name);
  return (
    <Show when={before} fallback={props.children}>
      {(name) => <AlreadyPage name={name()} />}
    </Show>
  );
}
