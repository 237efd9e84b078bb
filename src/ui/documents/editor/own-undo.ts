import * as Y from 'yjs';

/**
 * Whether undo may delete what it once inserted. Not while somebody else's text depends on it: deleting a paragraph deletes
 * what others wrote in it, and deleting the head of a run of text (a Y.Map that says how the text after it looks) makes
 * Lexical drop the text that others added to the run. Yjs asks in reverse order of writing, so one's own later text is gone
 * by then, and whatever is left is not one's own.
 */
export function isFreeToDelete(item: Y.Item): boolean {
  if (!(item.content instanceof Y.ContentType)) return true;
  const { type } = item.content;
  if (type instanceof Y.Map) return !leadsText(item);
  for (let child = type._start; child !== null; child = child.right) {
    if (!child.deleted && child.countable) return false;
  }
  return true;
}

/** Whether text that is still there follows, before the next head or element. */
function leadsText(head: Y.Item): boolean {
  for (let next = head.right; next !== null; next = next.right) {
    if (next.deleted || !next.countable) continue;
    return next.content instanceof Y.ContentString;
  }
  return false;
}

/** Undo of what is written through `origin`, and of nothing else. */
export const makeOwnUndo = (root: Y.XmlText, origin: unknown): Y.UndoManager =>
  new Y.UndoManager(root, { trackedOrigins: new Set([origin]), deleteFilter: isFreeToDelete });
