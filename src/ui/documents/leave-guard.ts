import { type Accessor, createEffect, onCleanup } from 'solid-js';

/** Has the browser ask before the tab is closed, as long as there is text that exists nowhere else. */
export function createLeaveGuard(isAtRisk: Accessor<boolean>): void {
  createEffect(() => {
    if (!isAtRisk()) return;
    const onBeforeUnload = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', onBeforeUnload);
    onCleanup(() => window.removeEventListener('beforeunload', onBeforeUnload));
  });
}
