/** Types a trace into a document as the editor lays it out: a paragraph for each line, its text behind a text node. */
import * as Y from 'yjs';
import { ROOT_NAME } from '../../../src/wire/document.ts';
import type { Patch } from './editing-trace.ts';

/** In a paragraph the text node's properties come first and take one place. */
const MARKER = 1;

type Line = { readonly text: Y.XmlText; length: number };

export class LineTyping {
  readonly #root: Y.XmlText;
  readonly #lines: Line[];

  /** `doc` holds the one empty paragraph that every document begins with. */
  constructor(doc: Y.Doc) {
    this.#root = doc.get(ROOT_NAME, Y.XmlText);
    const first = (this.#root.toDelta() as { insert: unknown }[])[0]?.insert;
    if (!(first instanceof Y.XmlText)) throw new Error('the document has no first paragraph');
    this.#lines = [{ text: first, length: 0 }];
  }

  type([at, deleted, inserted]: Patch): void {
    this.#root.doc?.transact(() => {
      if (deleted > 0) this.#delete(at, deleted);
      if (inserted.length > 0) this.#insert(at, inserted);
    });
  }

  #place(at: number): { index: number; line: Line; offset: number } {
    let offset = at;
    for (const [index, line] of this.#lines.entries()) {
      if (offset <= line.length) return { index, line, offset };
      offset -= line.length + 1;
    }
    throw new Error('a place behind the end');
  }

  #insert(at: number, inserted: string): void {
    const [first = '', ...more] = inserted.split('\n');
    let { index, line, offset } = this.#place(at);
    this.#write(line, offset, first);
    offset += first.length;
    for (const words of more) {
      const rest = textIn(line).slice(offset);
      this.#erase(line, offset, line.length - offset);
      line = this.#newLine(++index);
      this.#write(line, 0, words + rest);
      offset = words.length;
    }
  }

  #newLine(index: number): Line {
    const line: Line = { text: new Y.XmlText(), length: 0 };
    this.#root.insertEmbed(index, line.text);
    line.text.setAttribute('__type', 'paragraph');
    this.#lines.splice(index, 0, line);
    return line;
  }

  #delete(at: number, deleted: number): void {
    let left = deleted;
    while (left > 0) {
      const { index, line, offset } = this.#place(at);
      const here = Math.min(left, line.length - offset);
      this.#erase(line, offset, here);
      left -= here;
      if (left === 0) return;
      const next = this.#lines[index + 1];
      if (!next) return;
      const words = textIn(next);
      this.#root.delete(index + 1, 1);
      this.#lines.splice(index + 1, 1);
      this.#write(line, line.length, words);
      left--;
    }
  }

  #write(line: Line, offset: number, words: string): void {
    if (words.length === 0) return;
    if (line.text.length === 0) {
      const properties = new Y.Map();
      line.text.insertEmbed(0, properties);
      properties.set('__type', 'text');
    }
    line.text.insert(MARKER + offset, words);
    line.length += words.length;
  }

  #erase(line: Line, offset: number, count: number): void {
    if (count === 0) return;
    line.text.delete(MARKER + offset, count);
    line.length -= count;
    // The editor has no empty text nodes.
    if (line.length === 0) line.text.delete(0, line.text.length);
  }
}

const textIn = ({ text }: Line): string =>
  (text.toDelta() as { insert: unknown }[]).map(({ insert }) => (typeof insert === 'string' ? insert : '')).join('');
