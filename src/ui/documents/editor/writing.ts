import {
  COMMAND_PRIORITY_EDITOR,
  type LexicalEditorWithDispose,
  mergeRegister,
  REDO_COMMAND,
  UNDO_COMMAND,
} from 'lexical';
import { type Accessor, createEffect, createSignal, onCleanup } from 'solid-js';
import type { Collaboration } from './collaboration.ts';
import { makeCommands, type TextCommands } from './commands.ts';
import { type LongPaste, type PasteProgress, registerLongPaste } from './long-paste.ts';
import { registerWritingRules } from './make-editor.ts';
import { registerTabKey } from './tab-key.ts';
import { createTextState, type TextState } from './text-state.ts';
import { makeUndoGroups, type UndoGroups } from './undo-groups.ts';

/** What a person who may write has in hand. */
export type Writing = {
  readonly state: Accessor<TextState>;
  readonly commands: TextCommands;
  readonly canUndo: Accessor<boolean>;
  readonly canRedo: Accessor<boolean>;
  readonly pasting: Accessor<PasteProgress | null>;
  undo(): void;
  redo(): void;
  stopPasting(): void;
  focus(): void;
};

/** Writing is on exactly while `writable` holds: everything that can change the document is registered then, and only then. */
export function createWriting(
  editor: LexicalEditorWithDispose,
  collaboration: Collaboration,
  writable: Accessor<boolean>,
): Writing {
  const state = createTextState(editor);
  const [canUndo, setCanUndo] = createSignal(false);
  const [canRedo, setCanRedo] = createSignal(false);
  const [pasting, setPasting] = createSignal<PasteProgress | null>(null);
  let groups: UndoGroups | undefined;
  let paste: LongPaste | undefined;

  // Both answer a Lexical command too, which wants to know that it has been taken care of. They run after the command: inside
  // of it Lexical would put off the changes of several steps until the last one, and apply them to a document that is past them.
  const undo = (): true => {
    paste?.cancel();
    queueMicrotask(() => groups?.undo());
    return true;
  };
  const redo = (): true => {
    queueMicrotask(() => groups?.redo());
    return true;
  };

  createEffect(() => {
    if (!writable()) return;
    const writer = collaboration.startWriting();
    const { manager } = writer.undo;
    groups = makeUndoGroups(writer.undo);
    paste = registerLongPaste({ editor, undo: groups, onProgress: setPasting });
    const onStack = (): void => {
      setCanUndo(manager.canUndo());
      setCanRedo(manager.canRedo());
    };
    for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) manager.on(event, onStack);
    const unregister = mergeRegister(
      registerWritingRules(editor),
      registerTabKey(editor),
      editor.registerCommand(UNDO_COMMAND, undo, COMMAND_PRIORITY_EDITOR),
      editor.registerCommand(REDO_COMMAND, redo, COMMAND_PRIORITY_EDITOR),
    );
    editor.setEditable(true);

    onCleanup(() => {
      editor.setEditable(false);
      unregister();
      paste?.dispose();
      writer.stop();
      groups = undefined;
      paste = undefined;
      setPasting(null);
      setCanUndo(false);
      setCanRedo(false);
    });
  });

  return {
    state,
    commands: makeCommands(editor, state),
    canUndo,
    canRedo,
    pasting,
    undo,
    redo,
    stopPasting: () => paste?.cancel(),
    focus: () => editor.focus(),
  };
}
