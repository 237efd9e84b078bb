import { $getAnchorAndFocusForUserState, type Binding, type UserState } from '@lexical/yjs';
import {
  $createRangeSelection,
  $getNodeByKey,
  $isTextNode,
  $setSelection,
  COLLABORATION_TAG,
  type PointType,
} from 'lexical';
import type { Awareness } from 'y-protocols/awareness';

/** Where the person was writing, in terms that outlive the editor: positions in the document. */
export type Caret = Pick<UserState, 'anchorPos' | 'focusPos'>;

/** Null if they were not in the text. */
export function rememberCaret(awareness: Pick<Awareness, 'getLocalState'>): Caret | null {
  const state = awareness.getLocalState() as UserState | null;
  if (!state?.focusing || !state.anchorPos || !state.focusPos) return null;
  return { anchorPos: state.anchorPos, focusPos: state.focusPos };
}

/** Puts the caret back to where it was, in a fresh editor for the same document. */
export function restoreCaret(binding: Binding, caret: Caret): void {
  const state = { ...caret, name: '', color: '', focusing: true, awarenessData: {} };
  binding.editor.update(
    () => {
      const { anchorKey, anchorOffset, focusKey, focusOffset } = $getAnchorAndFocusForUserState(binding, state);
      if (anchorKey === null || focusKey === null) return;
      const selection = $createRangeSelection();
      $place(selection.anchor, anchorKey, anchorOffset);
      $place(selection.focus, focusKey, focusOffset);
      $setSelection(selection);
    },
    { tag: COLLABORATION_TAG },
  );
  binding.editor.getRootElement()?.focus({ preventScroll: true });
}

function $place(point: PointType, key: string, offset: number): void {
  const node = $getNodeByKey(key);
  if (node !== null) point.set(key, offset, $isTextNode(node) ? 'text' : 'element');
}
