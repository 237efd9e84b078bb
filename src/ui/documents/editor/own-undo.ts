import * as Y from 'yjs';

/**
 * Undo and redo of what was written through one origin, and of nothing else.
 *
 * Yjs undoes an insertion by deleting it, with whatever it has come to hold since: with a paragraph goes what others wrote in
 * it, and when the head of a run of text goes (a Y.Map that says how the text after it looks), Lexical drops the text that
 * others added to the run. So both stay, with their attributes, while they hold text of others. Yjs asks in reverse order of
 * writing: one's own later text is gone by then, and whatever is left is not one's own.
 */
export type OwnUndo = {
  readonly manager: Y.UndoManager;
  undo(): void;
  redo(): void;
};

type StackItem = Y.UndoManager['undoStack'][number];

/** `isOwnChange`: whether the transaction under way is the person's doing, and not Lexical tidying up after a change. */
export function makeOwnUndo(root: Y.XmlText, origin: unknown, isOwnChange: () => boolean): OwnUndo {
  /** What may be undone in the step under way: Yjs takes it off its stack before it asks. */
  let stack: readonly StackItem[] = [];
  const manager = new Y.UndoManager(root, {
    trackedOrigins: new Set([origin]),
    captureTransaction: isOwnChange,
    deleteFilter: (item) => mayDelete(item, (owner) => isUndoneWith(owner, item)),
  });
  const isUndoneWith = (owner: Y.Item, item: Y.Item): boolean => {
    const step = stack.findLast(({ insertions }) => Y.isDeleted(insertions, item.id));
    return step !== undefined && Y.isDeleted(step.insertions, owner.id);
  };
  const during = (items: readonly StackItem[], run: () => unknown): void => {
    stack = [...items];
    run();
    stack = [];
  };
  return {
    manager,
    undo: () => during(manager.undoStack, () => manager.undo()),
    redo: () => during(manager.redoStack, () => manager.redo()),
  };
}

function mayDelete(item: Y.Item, isUndoneToo: (owner: Y.Item) => boolean): boolean {
  if (item.parentSub === null) return !holdsOthers(item);
  // An attribute that came with a head or an element stays with it. One that was changed later is simply changed back.
  const owner = item.parent instanceof Y.AbstractType ? item.parent._item : null;
  return owner === null || owner.deleted || !isUndoneToo(owner) || !holdsOthers(owner);
}

function holdsOthers(item: Y.Item): boolean {
  if (!(item.content instanceof Y.ContentType)) return false;
  const { type } = item.content;
  if (type instanceof Y.Map) return leadsText(item);
  for (let child = type._start; child !== null; child = child.right) {
    if (!child.deleted && child.countable) return true;
  }
  return false;
}

/** Whether text that is still there follows, before the next head or element. */
function leadsText(head: Y.Item): boolean {
  for (let next = head.right; next !== null; next = next.right) {
    if (next.deleted || !next.countable) continue;
    return next.content instanceof Y.ContentString;
  }
  return false;
}
