/** Moving with arrow keys among the controls of a toolbar, of which only one is a tab stop (ARIA toolbar pattern). */

/** Where a key leads from `current` among `count` controls; undefined if the key is none of the toolbar's. */
export function nextControl(key: string, current: number, count: number): number | undefined {
  if (count === 0) return undefined;
  switch (key) {
    case 'ArrowRight':
      return (current + 1) % count;
    case 'ArrowLeft':
      return (current - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

const controlsOf = (toolbar: HTMLElement): HTMLElement[] => [...toolbar.querySelectorAll<HTMLElement>('button')];

/** Makes the first control the tab stop, and lets it follow the focus. */
export function registerRoving(toolbar: HTMLElement): () => void {
  const setStop = (stop: HTMLElement | undefined): void => {
    for (const control of controlsOf(toolbar)) control.tabIndex = control === stop ? 0 : -1;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const controls = controlsOf(toolbar);
    const current = controls.indexOf(document.activeElement as HTMLElement);
    const next = current < 0 ? undefined : nextControl(event.key, current, controls.length);
    if (next === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    controls[next]?.focus();
  };
  const onFocusIn = (event: FocusEvent): void => {
    const control = controlsOf(toolbar).find((candidate) => candidate === event.target);
    if (control !== undefined) setStop(control);
  };
  setStop(controlsOf(toolbar)[0]);
  toolbar.addEventListener('keydown', onKeyDown);
  toolbar.addEventListener('focusin', onFocusIn);
  return () => {
    toolbar.removeEventListener('keydown', onKeyDown);
    toolbar.removeEventListener('focusin', onFocusIn);
  };
}

export const focusTabStop = (toolbar: HTMLElement): void =>
  controlsOf(toolbar)
    .find((control) => control.tabIndex === 0)
    ?.focus();
