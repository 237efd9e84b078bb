import { $isListItemNode } from '@lexical/list';
import {
  $findMatchingParent,
  $getSelection,
  $isRangeSelection,
  COMMAND_PRIORITY_HIGH,
  INDENT_CONTENT_COMMAND,
  KEY_DOWN_COMMAND,
  KEY_TAB_COMMAND,
  type LexicalEditor,
  mergeRegister,
  OUTDENT_CONTENT_COMMAND,
} from 'lexical';

/** Levels. A document may be nested only so deeply, and a reader follows no further anyway. */
export const MAX_LIST_LEVELS = 8;

/**
 * Tab nests list items and indents code. Anywhere else it leaves the editor, and after Escape it does so everywhere:
 * otherwise the keyboard would be trapped (WCAG 2.1.2).
 */
export function registerTabKey(editor: LexicalEditor): () => void {
  let leaving = false;
  return mergeRegister(
    editor.registerCommand(
      KEY_DOWN_COMMAND,
      (event) => {
        if (event.key !== 'Tab' && event.key !== 'Shift') leaving = event.key === 'Escape';
        return false;
      },
      COMMAND_PRIORITY_HIGH,
    ),
    editor.registerCommand(
      KEY_TAB_COMMAND,
      (event) => {
        // Handled, but not prevented: the browser moves the focus.
        if (leaving) return true;
        const selection = $getSelection();
        if (!$isRangeSelection(selection)) return false;
        const item = $findMatchingParent(selection.anchor.getNode(), $isListItemNode);
        if (item === null) return false;
        if (!event.shiftKey && item.getIndent() + 1 >= MAX_LIST_LEVELS) {
          event.preventDefault();
          return true;
        }
        if (event.shiftKey && item.getIndent() === 0) return true;
        event.preventDefault();
        return editor.dispatchCommand(event.shiftKey ? OUTDENT_CONTENT_COMMAND : INDENT_CONTENT_COMMAND, undefined);
      },
      COMMAND_PRIORITY_HIGH,
    ),
  );
}
