import * as Y from 'yjs';

/** The text of a document as it lies in Yjs, one line for each block: readable also where the editor gave up. */
export function plainText(root: Y.XmlText): string {
  const lines: string[] = [];
  const walk = (type: Y.XmlText, line: string[]): void => {
    for (const { insert } of type.toDelta() as { insert: unknown }[]) {
      if (typeof insert === 'string') line.push(insert);
      else if (insert instanceof Y.Map && insert.get('__type') === 'linebreak') line.push('\n');
      else if (insert instanceof Y.XmlText) {
        if (insert.getAttribute('__type') === 'link') walk(insert, line);
        else block(insert);
      }
    }
  };
  const block = (type: Y.XmlText): void => {
    const line: string[] = [];
    const at = lines.length;
    walk(type, line);
    const text = line.join('');
    // A list has no text of its own: its items are lines already.
    if (text !== '' || lines.length === at) lines.splice(at, 0, ...text.split('\n'));
  };
  const loose: string[] = [];
  walk(root, loose);
  return [...(loose.length > 0 ? [loose.join('')] : []), ...lines].join('\n');
}
