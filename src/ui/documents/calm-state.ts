import { type Accessor, createEffect, createSignal, on, onCleanup } from 'solid-js';
import { isCalmer, type SaveState } from './save-state.ts';

/** Long enough to bridge the pause between two keystrokes' acknowledgements. */
const SETTLE_MS = 350;

/**
 * The save state as it is shown: bad news at once, good news when it has lasted for a moment. So the text neither flickers
 * at every keystroke nor ever promises more than is true.
 */
export function createCalmState(actual: Accessor<SaveState>): Accessor<SaveState> {
  const [shown, setShown] = createSignal(actual());
  createEffect(
    on(
      () => [actual().text, actual().tone] as const,
      () => {
        const next = actual();
        if (!isCalmer(shown(), next)) {
          setShown(next);
          return;
        }
        const timer = setTimeout(() => setShown(next), SETTLE_MS);
        onCleanup(() => clearTimeout(timer));
      },
    ),
  );
  return shown;
}
