import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { plainText } from '../../../src/ui/documents/editor/plain-text.ts';

const element = (parent: Y.XmlText, type: string): Y.XmlText => {
  const child = new Y.XmlText();
  parent.insertEmbed(parent.length, child);
  child.setAttribute('__type', type);
  return child;
};
const leaf = (parent: Y.XmlText, type: string, text = ''): void => {
  const head = new Y.Map();
  parent.insertEmbed(parent.length, head);
  head.set('__type', type);
  if (text !== '') parent.insert(parent.length, text);
};

describe('the plain text of a document', () => {
  it('has a line for each block, also for kinds of blocks that are not known', () => {
    const root = new Y.Doc().get('root', Y.XmlText) as Y.XmlText;
    const paragraph = element(root, 'paragraph');
    leaf(paragraph, 'text', 'See ');
    leaf(element(paragraph, 'link'), 'text', 'this');
    leaf(paragraph, 'linebreak');
    leaf(paragraph, 'text', 'next line');
    const list = element(root, 'list');
    leaf(element(list, 'listitem'), 'text', 'one');
    leaf(element(list, 'listitem'), 'text', 'two');
    element(root, 'paragraph');
    leaf(element(root, 'hologram'), 'text', 'new');
    expect(plainText(root)).toBe('See this\nnext line\none\ntwo\n\nnew');
  });
});
