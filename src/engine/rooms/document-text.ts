/** What the engine itself reads out of a document: title, schema version, and its plain text for a rescued copy. */
import * as Y from 'yjs';
import { MAX_TITLE_LENGTH, META_NAME, ROOT_NAME, SCHEMA_KEY, TITLE_NAME } from '../../wire/document.ts';

export const titleOf = (doc: Y.Doc): string => doc.getText(TITLE_NAME).toString().slice(0, MAX_TITLE_LENGTH);

/** The schema version that the document states; 1 if it states none. */
export function schemaOf(doc: Y.Doc): number {
  const version: unknown = doc.getMap(META_NAME).get(SCHEMA_KEY);
  return typeof version === 'number' && Number.isInteger(version) && version > 0 ? version : 1;
}

/** The title if there is one, then one line for each block, as @lexical/yjs lays documents out. */
export function textOf(doc: Y.Doc): string {
  const root = doc.get(ROOT_NAME, Y.XmlText);
  return [titleOf(doc), ...textOfType(root)].join('\n').trim();
}

function textOfType(type: Y.XmlText): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of type.toDelta() as { insert: unknown }[]) {
    if (typeof part.insert === 'string') line += part.insert;
    else if (part.insert instanceof Y.XmlText) {
      const inner = textOfType(part.insert);
      // Links are inline: their text belongs to the line. Blocks have lines of their own.
      if (part.insert.getAttribute('__type') === 'link') line += inner.join(' ');
      else lines.push(...inner);
    }
  }
  return line || lines.length === 0 ? [...lines, line] : lines;
}
