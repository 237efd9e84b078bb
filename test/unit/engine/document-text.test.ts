import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { schemaOf, textOf, titleOf } from '../../../src/engine/rooms/document-text.ts';
import { META_NAME, ROOT_NAME, SCHEMA_KEY, TITLE_NAME } from '../../../src/wire/document.ts';

function documentWith(title: string, blocks: readonly string[]): Y.Doc {
  const doc = new Y.Doc();
  doc.getText(TITLE_NAME).insert(0, title);
  const root = doc.get(ROOT_NAME, Y.XmlText);
  for (const [index, text] of blocks.entries()) {
    const block = new Y.XmlText();
    root.insertEmbed(index, block);
    block.setAttribute('__type', 'paragraph');
    block.insert(0, text);
  }
  return doc;
}

describe('what the engine reads out of a document', () => {
  it('gives title and text, a line for each block, for a rescued copy', () => {
    const doc = documentWith('Minutes', ['first', 'second']);
    expect(textOf(doc)).toBe('Minutes\nfirst\nsecond');
    expect(titleOf(doc)).toBe('Minutes');
    expect(textOf(documentWith('', ['alone']))).toBe('alone');
  });

  it('takes a missing or senseless schema version for the first one', () => {
    const doc = new Y.Doc();
    expect(schemaOf(doc)).toBe(1);
    doc.getMap(META_NAME).set(SCHEMA_KEY, 'new');
    expect(schemaOf(doc)).toBe(1);
    doc.getMap(META_NAME).set(SCHEMA_KEY, 2);
    expect(schemaOf(doc)).toBe(2);
  });
});
