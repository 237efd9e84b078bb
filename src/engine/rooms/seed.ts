/** Position 0 of every content stream: one empty paragraph, the same bytes everywhere, applied by all and sent by nobody. */
import * as Y from 'yjs';
import { ROOT_NAME, SEED_CLIENT_ID } from '../../wire/document.ts';
import type { Stream } from '../../wire/record.ts';

let content: Uint8Array | undefined;

/** Undefined: streams of this class start empty. */
export function seedOf(stream: Stream): Uint8Array | undefined {
  if (stream.class !== 'content') return undefined;
  content ??= makeSeed();
  return content;
}

function makeSeed(): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = SEED_CLIENT_ID;
  const root = doc.get(ROOT_NAME, Y.XmlText);
  doc.transact(() => {
    const paragraph = new Y.XmlText();
    root.insertEmbed(0, paragraph);
    paragraph.setAttribute('__type', 'paragraph');
  });
  return Y.encodeStateAsUpdate(doc);
}
