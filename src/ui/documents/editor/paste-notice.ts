import { type Accessor, createMemo } from 'solid-js';
import { createNotice } from '../../controls/toasts.tsx';
import { strings } from '../../strings.ts';
import type { Writing } from './writing.ts';

/** Pieces. Less is over before it could be read. */
const NOTICED_PIECES = 6;

/** Shows how far a long paste has got, with a button that stops it. */
export function createPasteNotice(writing: Accessor<Writing | undefined>): void {
  const pasting = createMemo(() => {
    const current = writing();
    return (current?.pasting()?.of ?? 0) >= NOTICED_PIECES ? current : undefined;
  });
  createNotice(() => {
    const current = pasting();
    if (current === undefined) return null;
    return {
      text: strings.editor.pasting,
      action: strings.editor.pastingCancel,
      onAction: current.stopPasting,
      progress: () => {
        const progress = current.pasting();
        return progress === null ? 1 : progress.done / progress.of;
      },
    };
  });
}
