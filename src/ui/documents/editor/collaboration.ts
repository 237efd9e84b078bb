import {
  type Binding,
  createYjsBinding,
  type Provider,
  syncCursorPositions,
  syncLexicalUpdateToYjs,
  syncYjsChangesToLexical,
} from '@lexical/yjs';
import {
  BLUR_COMMAND,
  COLLABORATION_TAG,
  COMMAND_PRIORITY_EDITOR,
  FOCUS_COMMAND,
  HISTORIC_TAG,
  type LexicalEditor,
  mergeRegister,
  SKIP_COLLAB_TAG,
} from 'lexical';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { ROOT_NAME } from '../../../wire/document.ts';
import { cursorStates } from '../presence.ts';
import { guardLocalCaret } from './local-caret.ts';
import { makeOwnUndo, type OwnUndo } from './own-undo.ts';

/**
 * Binds a Lexical editor to the text of a Y.Doc. What `lexical-react` does with hooks, without React.
 *
 * Invariants:
 * - Reading and writing are apart. Only `startWriting` registers a listener from Lexical to Yjs, so that an editor that was
 *   never allowed to write, or no longer is, cannot change the Y.Doc by any mistake.
 * - A Y.Doc is bound once at a time, and `dispose` leaves no trace of Lexical on it.
 * - Nothing that another person sends is thrown out of here: it ends in `onError`.
 */
export type Collaboration = {
  /** Passes on what the person writes, until the returned function is called. */
  readonly binding: Binding;
  startWriting(): { readonly undo: OwnUndo; stop(): void };
  dispose(): void;
};

export type CollaborationOptions = {
  readonly editor: LexicalEditor;
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  /** Becomes part of a CSS highlight's name. */
  readonly id: string;
  /** Where other people's carets are drawn. Its offset parent must scroll with the text. */
  readonly cursors: HTMLElement;
  readonly onError: (error: unknown) => void;
};

export function bindText(options: CollaborationOptions): Collaboration {
  const { editor, doc, id, cursors, onError } = options;
  const binding = createYjsBinding({ editor, id, doc, docMap: new Map([[id, doc]]), rootName: ROOT_NAME });
  binding.cursorsContainer = cursors;
  // y-websocket types its events more narrowly than Lexical does; the two fit at run time.
  const provider = guardLocalCaret(binding, options.provider as unknown as Provider);
  const root = binding.root.getSharedType();
  const drawing = drawCursors(binding, options.provider);

  const onYjsChange = (events: Y.YEvent<Y.Text>[], transaction: Y.Transaction): void => {
    if (transaction.origin === binding) return;
    try {
      syncYjsChangesToLexical(binding, provider, events, transaction.origin instanceof Y.UndoManager, drawing.schedule);
    } catch (error) {
      onError(error);
    }
  };
  const observer = onYjsChange as Parameters<typeof root.observeDeep>[0];
  root.observeDeep(observer);
  renderWhatIsThere(binding, onError);

  return {
    binding,
    startWriting: () => startWriting(binding, provider, options, drawing.schedule),
    dispose: () => {
      root.unobserveDeep(observer);
      drawing.stop();
      binding.root.destroy(binding);
      forgetCollabNodes(root);
      cursors.replaceChildren();
    },
  };
}

/** Renders what a Y.Doc holds that nobody changes any more. Returns the function that ends it. */
export function showText({ editor, doc, id, onError }: Omit<CollaborationOptions, 'provider' | 'cursors'>): () => void {
  const binding = createYjsBinding({ editor, id, doc, docMap: new Map([[id, doc]]), rootName: ROOT_NAME });
  renderWhatIsThere(binding, onError);
  return () => {
    binding.root.destroy(binding);
    forgetCollabNodes(binding.root.getSharedType());
  };
}

/** Lexical hears only of Yjs events: what the Y.Doc already holds has to be rendered once by hand. */
function renderWhatIsThere(binding: Binding, onError: (error: unknown) => void): void {
  const root = binding.root.getSharedType();
  if (root.length === 0) return;
  try {
    binding.editor.update(
      () => {
        binding.root.syncPropertiesFromYjs(binding, null);
        binding.root.applyChildrenYjsDelta(binding, root.toDelta());
        binding.root.syncChildrenFromYjs(binding);
      },
      { tag: COLLABORATION_TAG, skipTransforms: true, discrete: true },
    );
  } catch (error) {
    onError(error);
  }
}

function startWriting(
  binding: Binding,
  provider: Provider,
  { provider: { awareness }, onError }: CollaborationOptions,
  schedule: () => void,
) {
  const { editor } = binding;
  // Lexical answers changes from Yjs with corrections of its own; to undo those would be to undo nothing that anybody did.
  let tidying = false;
  const undo = makeOwnUndo(binding.root.getSharedType(), binding, () => !tidying);
  const focus = (focusing: boolean) => (): false => {
    if (awareness.getLocalState() !== null) awareness.setLocalStateField('focusing', focusing);
    return false;
  };
  const unregister = mergeRegister(
    editor.registerUpdateListener((update) => {
      if (update.tags.has(SKIP_COLLAB_TAG)) return;
      tidying = update.tags.has(COLLABORATION_TAG) || update.tags.has(HISTORIC_TAG);
      try {
        syncLexicalUpdateToYjs(
          binding,
          provider,
          update.prevEditorState,
          update.editorState,
          update.dirtyElements,
          update.dirtyLeaves,
          update.normalizedNodes,
          update.tags,
        );
      } catch (error) {
        onError(error);
      }
      tidying = false;
      schedule();
    }),
    editor.registerCommand(FOCUS_COMMAND, focus(true), COMMAND_PRIORITY_EDITOR),
    editor.registerCommand(BLUR_COMMAND, focus(false), COMMAND_PRIORITY_EDITOR),
  );
  return {
    undo,
    stop: (): void => {
      unregister();
      focus(false)();
      undo.manager.destroy();
    },
  };
}

/** Draws other people's carets, at most once a frame, and not at all while one is alone. */
function drawCursors(binding: Binding, { awareness }: WebsocketProvider) {
  const provider = { awareness } as unknown as Provider;
  let frame = 0;
  const draw = (): void => {
    frame = 0;
    try {
      syncCursorPositions(binding, provider, {
        selectionHighlight: true,
        getAwarenessStates: () => cursorStates(awareness),
      });
    } catch {
      // Positions come from other people and can point anywhere. A caret that cannot be drawn is no reason to stop writing.
    }
  };
  const schedule = (): void => {
    if (frame !== 0 || (awareness.getStates().size < 2 && binding.cursors.size === 0)) return;
    frame = requestAnimationFrame(draw);
  };
  const onAwareness = (change: { added: number[]; updated: number[]; removed: number[] }): void => {
    const moved = [...change.added, ...change.updated, ...change.removed].filter((id) => id !== awareness.clientID);
    if (moved.length > 0) schedule();
  };
  awareness.on('change', onAwareness);
  // Carets are placed absolutely: when the text flows anew, they have to follow.
  const resize = new ResizeObserver(schedule);
  const place = binding.cursorsContainer?.parentElement;
  if (place) resize.observe(place);
  schedule();
  return {
    schedule,
    stop: (): void => {
      cancelAnimationFrame(frame);
      resize.disconnect();
      awareness.off('change', onAwareness);
      for (const { selection } of binding.cursors.values()) {
        if (selection?.highlight) CSS.highlights.delete(selection.highlightName);
      }
    },
  };
}

/**
 * Lexical caches its own nodes on the shared types and leaves them there. A later binding of this Y.Doc would take them for
 * its own and show the text twice. The field is private, hence the exact version in package.json.
 */
function forgetCollabNodes(type: unknown): void {
  if (!(type instanceof Y.AbstractType)) return;
  (type as { _collabNode?: unknown })._collabNode = undefined;
  if (type instanceof Y.XmlText) for (const step of type.toDelta()) forgetCollabNodes(step.insert);
  if (type instanceof Y.Map) for (const value of type.values()) forgetCollabNodes(value);
  if (type instanceof Y.XmlText || type instanceof Y.XmlElement) {
    for (const value of Object.values(type.getAttributes())) forgetCollabNodes(value);
  }
}
