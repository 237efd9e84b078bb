import {
  COMMAND_PRIORITY_HIGH,
  DROP_COMMAND,
  type LexicalEditor,
  mergeRegister,
  type NodeKey,
  PASTE_COMMAND,
  PASTE_TAG,
  SKIP_SCROLL_INTO_VIEW_TAG,
  type UpdateTag,
} from 'lexical';
import { $readLongContent, type LongContent } from './paste-content.ts';
import { $closePlace, $insertNodes, $insertText, $leaveList, $openPlace, type PastePlace } from './paste-place.ts';
import { splitText } from './split-text.ts';
import type { UndoGroups } from './undo-groups.ts';

export type PasteProgress = { readonly done: number; readonly of: number };

export type LongPasteOptions = {
  readonly editor: LexicalEditor;
  readonly undo: UndoGroups;
  /** Null when nothing is being pasted. */
  readonly onProgress: (progress: PasteProgress | null) => void;
};

export type LongPaste = {
  /** Keeps what has arrived so far. */
  cancel(): void;
  dispose(): void;
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/**
 * Takes over pastes that are too long for one change. Each piece is an update, and so a Yjs transaction, of its own; between
 * two of them the page can draw and the person can type.
 */
export function registerLongPaste(options: LongPasteOptions): LongPaste {
  const { editor } = options;
  let cancelled = false;
  // One at a time: a second long paste waits until the first has arrived.
  let running: Promise<void> = Promise.resolve();

  const start = (content: LongContent): void => {
    running = running.then(async () => {
      cancelled = false;
      await pasteInPieces(options, content, () => cancelled || !editor.isEditable());
    });
  };
  const take = (data: DataTransfer | null, event: Event): boolean => {
    const content = data === null ? null : $readLongContent(editor, data);
    if (content === null) return false;
    event.preventDefault();
    // The place is opened in an update of its own, after the one that this command is part of.
    queueMicrotask(() => start(content));
    return true;
  };
  const unregister = mergeRegister(
    editor.registerCommand(
      PASTE_COMMAND,
      (event) => 'clipboardData' in event && take(event.clipboardData, event),
      COMMAND_PRIORITY_HIGH,
    ),
    editor.registerCommand(
      DROP_COMMAND,
      (event) =>
        // What is dragged within the editor is moved by Lexical; what comes from elsewhere is like a paste.
        !event.dataTransfer?.types.includes('application/x-lexical-drag') && take(event.dataTransfer, event),
      COMMAND_PRIORITY_HIGH,
    ),
  );
  return {
    cancel: () => {
      cancelled = true;
    },
    dispose: () => {
      cancelled = true;
      unregister();
    },
  };
}

async function pasteInPieces(
  { editor, undo, onProgress }: LongPasteOptions,
  content: LongContent,
  isCancelled: () => boolean,
): Promise<void> {
  if (isCancelled()) return;
  const endGroup = undo.beginGroup();
  const update = (run: () => void, tag: UpdateTag[]): void => {
    editor.update(run, { discrete: true, tag });
    undo.cut();
  };

  let place: PastePlace | null = null;
  let pieces: LongContent = content;
  update(() => {
    place = $openPlace();
    // A code block holds plain text only.
    if (place?.inCode && content.type === 'nodes') pieces = { type: 'text', pieces: splitText(content.text) };
    else if (place !== null && content.type === 'nodes') place = $leaveList(place);
  }, [PASTE_TAG]);

  if (place !== null) {
    await insertPieces(place, pieces);
    // Whoever may no longer write has lost the listener that would pass this on.
    const end: PastePlace = place;
    if (editor.isEditable()) update(() => $closePlace(end), [PASTE_TAG]);
  }
  endGroup();

  async function insertPieces(at: PastePlace, { pieces: { length } }: LongContent): Promise<void> {
    const growing = holdLayout(editor);
    for (let done = 0; done < length && !isCancelled(); done += 1) {
      growing.hold(at.last);
      update(() => $insertPiece(at, pieces, done), [PASTE_TAG, SKIP_SCROLL_INTO_VIEW_TAG]);
      onProgress({ done: done + 1, of: length });
      await nextTurn();
    }
    growing.release();
    onProgress(null);
  }
}

/**
 * Keeps the browser from laying out a block as long as it grows. A line of a megabyte takes seconds to lay out: once is enough.
 */
function holdLayout(editor: LexicalEditor): { hold(key: NodeKey | null): void; release(): void } {
  let held: HTMLElement | null = null;
  const hold = (key: NodeKey | null): void => {
    const element = key === null ? null : editor.getElementByKey(key);
    if (element === held) return;
    held?.style.removeProperty('content-visibility');
    element?.style.setProperty('content-visibility', 'hidden');
    held = element;
  };
  return { hold, release: () => hold(null) };
}

function $insertPiece(place: PastePlace, content: LongContent, index: number): void {
  if (content.type === 'text') $insertText(place, content.pieces[index] ?? []);
  else $insertNodes(place, content.pieces[index] ?? [], index === 0);
}
