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
  /** Every change made in `run` belongs to the group that `key` stands for. */
  inGroup(key: object, run: () => void): void;
};

export function makeUndoGroups({ manager, ...own }: OwnUndo): UndoGroups {
  let group: unknown;
  const mark = ({ stackItem }: StackEvent): void => {
    if (group !== undefined) stackItem.meta.set(GROUP, group);
  };
  manager.on('stack-item-added', mark);

  const last = (stack: readonly StackItem[]): unknown => stack[stack.length - 1]?.meta.get(GROUP);
  const stepBack = (stack: () => readonly StackItem[], step: () => void): void => {
    const first = last(stack());
    do {
      group = first;
      const before = stack().length;
      step();
      group = undefined;
      // A step that changed nothing has not shortened the stack: going on would never end.
      if (stack().length >= before) return;
    } while (first !== undefined && last(stack()) === first);
  };

  return {
    undo: () => stepBack(() => manager.undoStack, own.undo),
    redo: () => stepBack(() => manager.redoStack, own.redo),
    inGroup: (key, run) => {
      manager.stopCapturing();
      group = key;
      run();
      group = undefined;
      manager.stopCapturing();
    },
  };
}
