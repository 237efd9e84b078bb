import type { OwnUndo } from './own-undo.ts';

const GROUP = 'group';
type StackItem = { readonly meta: Map<unknown, unknown> };
type StackEvent = { readonly stackItem: StackItem };

/**
 * Undo and redo where what was done in many steps can be undone at once. Each step stays a Yjs transaction of its own, on the
 * way back too: a long paste undone and redone in one transaction would be an update larger than what may be sent.
 */
export type UndoGroups = {
  undo(): void;
  redo(): void;
  /** From here to the call of the returned function every change belongs to one group. */
  beginGroup(): () => void;
  /** Keeps the changes before and after from being one transaction on the way back. */
  cut(): void;
};

export function makeUndoGroups({ manager, ...own }: OwnUndo): UndoGroups {
  /** The group that is being undone or redone: what comes of it joins it. */
  let stepping: unknown;
  /** The group that new changes join. */
  let lasting: unknown;
  const mark = ({ stackItem }: StackEvent): void => {
    const group = manager.undoing || manager.redoing ? stepping : lasting;
    if (group !== undefined) stackItem.meta.set(GROUP, group);
  };
  manager.on('stack-item-added', mark);

  const last = (stack: readonly StackItem[]): unknown => stack[stack.length - 1]?.meta.get(GROUP);
  const stepBack = (stack: () => readonly StackItem[], step: () => void): void => {
    const first = last(stack());
    do {
      stepping = first;
      const before = stack().length;
      step();
      stepping = undefined;
      // A step that changed nothing has not shortened the stack: going on would never end.
      if (stack().length >= before) return;
    } while (first !== undefined && last(stack()) === first);
  };

  return {
    undo: () => stepBack(() => manager.undoStack, own.undo),
    redo: () => stepBack(() => manager.redoStack, own.redo),
    beginGroup: () => {
      manager.stopCapturing();
      const own = {};
      lasting = own;
      return () => {
        if (lasting === own) lasting = undefined;
        manager.stopCapturing();
      };
    },
    cut: () => manager.stopCapturing(),
  };
}
