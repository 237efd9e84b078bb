import type { Notice } from '../../controls/toasts.tsx';
import { strings } from '../../strings.ts';
import type { Writing } from './writing.ts';

/** Pieces. Less is over before it could be read. */
const NOTICED_PIECES = 6;

let shown: { readonly writing: Writing; readonly notice: Notice } | undefined;

/** One notice for the whole of a paste: a new one for each piece would blink. */
export function pasteNotice(writing: Writing | undefined): Notice | null {
  const progress = writing?.pasting() ?? null;
  if (writing === undefined || progress === null || progress.of < NOTICED_PIECES) {
    shown = undefined;
    return null;
  }
  if (shown?.writing !== writing) {
    shown = {
      writing,
      notice: {
        text: strings.editor.pasting,
        action: strings.editor.pastingCancel,
        onAction: writing.stopPasting,
        progress: () => {
          const now = writing.pasting();
          return now === null ? 1 : now.done / now.of;
        },
      },
    };
  }
  return shown.notice;
}
