import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { makeOwnUndo } from '../../../src/ui/documents/editor/own-undo.ts';
import { makeUndoGroups } from '../../../src/ui/documents/editor/undo-groups.ts';

/** Two people in step, who write the way that @lexical/yjs does: a Y.Map as head, its text behind it. */
function makeTwo() {
  const origin = {};
  const ada = new Y.Doc();
  const grace = new Y.Doc();
  ada.on('update', (update: Uint8Array, from: unknown) => from !== grace && Y.applyUpdate(grace, update, ada));
  grace.on('update', (update: Uint8Array, from: unknown) => from !== ada && Y.applyUpdate(ada, update, grace));
  const root = ada.get('root', Y.XmlText) as Y.XmlText;
  const undo = makeOwnUndo(root, origin, () => true);
  const write = (change: () => void): void => {
    undo.manager.stopCapturing();
    ada.transact(change, origin);
  };
  const run = (paragraph: Y.XmlText, text: string): void => {
    const head = new Y.Map();
    paragraph.insertEmbed(0, head);
    head.set('__type', 'text');
    paragraph.insert(1, text);
  };
  return { ada, grace, root, undo, write, run, graceRoot: grace.get('root', Y.XmlText) as Y.XmlText };
}

const textOf = (root: Y.XmlText): string =>
  (root.toDelta() as { insert: unknown }[])
    .map(({ insert }) =>
      insert instanceof Y.XmlText ? `[${textOf(insert)}]` : typeof insert === 'string' ? insert : '',
    )
    .join('');
const paragraphOf = (root: Y.XmlText): Y.XmlText => root.toDelta()[0].insert;

describe('undo', () => {
  it('keeps what others wrote in a paragraph that one made', () => {
    const { root, graceRoot, undo, write, run } = makeTwo();
    write(() => {
      const paragraph = new Y.XmlText();
      root.insertEmbed(0, paragraph);
      paragraph.setAttribute('__type', 'paragraph');
      run(paragraph, 'Ada. ');
    });
    paragraphOf(graceRoot).insert(6, 'Grace.');
    undo.undo();
    expect(textOf(root)).toBe('[Grace.]');
    expect(textOf(graceRoot)).toBe('[Grace.]');
    expect(paragraphOf(root).getAttribute('__type')).toBe('paragraph');
    expect((paragraphOf(root).toDelta()[0].insert as Y.Map<unknown>).get('__type')).toBe('text');
    undo.redo();
    expect(textOf(graceRoot)).toBe('[Ada. Grace.]');
  });

  it('takes away everything when nobody else wrote in it', () => {
    const { root, undo, write, run } = makeTwo();
    write(() => {
      const paragraph = new Y.XmlText();
      root.insertEmbed(0, paragraph);
      run(paragraph, 'Ada.');
    });
    undo.undo();
    expect(root.length).toBe(0);
  });

  it('gives back an attribute that was changed later', () => {
    const { root, undo, write, run } = makeTwo();
    write(() => {
      const paragraph = new Y.XmlText();
      root.insertEmbed(0, paragraph);
      run(paragraph, 'Ada.');
    });
    const head = paragraphOf(root).toDelta()[0].insert as Y.Map<unknown>;
    write(() => head.set('__format', 1));
    undo.undo();
    expect(head.get('__format')).toBeUndefined();
    expect(textOf(root)).toBe('[Ada.]');
  });

  it('leaves alone what others did', () => {
    const { root, graceRoot, undo } = makeTwo();
    graceRoot.insert(0, 'Grace.');
    undo.undo();
    expect(textOf(root)).toBe('Grace.');
  });
});

describe('groups of changes', () => {
  it('are undone and redone at once, in transactions of their own', () => {
    const { ada, root, undo, write } = makeTwo();
    const groups = makeUndoGroups(undo);
    write(() => root.insert(0, 'before '));
    const endGroup = groups.beginGroup();
    for (const piece of ['one ', 'two ', 'three ']) {
      write(() => root.insert(root.length, piece));
      groups.cut();
    }
    endGroup();
    write(() => root.insert(root.length, 'after'));
    let updates = 0;
    ada.on('update', () => {
      updates += 1;
    });
    groups.undo();
    expect(textOf(root)).toBe('before one two three ');
    groups.undo();
    expect(textOf(root)).toBe('before ');
    expect(updates).toBe(4);
    groups.redo();
    expect(textOf(root)).toBe('before one two three ');
    groups.redo();
    expect(textOf(root)).toBe('before one two three after');
    groups.undo();
    groups.undo();
    groups.undo();
    groups.undo();
    expect(textOf(root)).toBe('');
  });
});
