import { $isListNode, ListNode } from '@lexical/list';
import type { LexicalEditor } from 'lexical';

/**
 * Lexical gives the items of a check list the role of checkboxes, which a list must not hold: the list becomes a group of
 * checkboxes instead.
 */
export function registerCheckListRoles(editor: LexicalEditor): () => void {
  return editor.registerMutationListener(ListNode, (mutations) => {
    editor.getEditorState().read(() => {
      for (const [key, mutation] of mutations) {
        if (mutation === 'destroyed') continue;
        const element = editor.getElementByKey(key);
        const list = editor.getEditorState()._nodeMap.get(key);
        if (element === null || !$isListNode(list)) continue;
        if (list.getListType() === 'check') element.setAttribute('role', 'group');
        else element.removeAttribute('role');
      }
    });
  });
}
