import { isSafeAddress } from './link-address.ts';

/** A click on a link puts the caret there, as on any text; with Ctrl or Cmd, or for readers, it opens the link. */
export function registerLinkClicks(root: HTMLElement, isEditable: () => boolean): () => void {
  const onClick = (event: MouseEvent): void => {
    const anchor = event.target instanceof Element ? event.target.closest('a') : null;
    if (anchor === null) return;
    event.preventDefault();
    if (isEditable() && !event.ctrlKey && !event.metaKey) return;
    if (isSafeAddress(anchor.href)) window.open(anchor.href, '_blank', 'noopener,noreferrer');
  };
  root.addEventListener('click', onClick);
  return () => root.removeEventListener('click', onClick);
}
