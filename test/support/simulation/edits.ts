/** Random edits of a document as an editor makes them: text, formatting, blocks, title, maps, bursts, deletions. */
import * as Y from 'yjs';
import { META_NAME, ROOT_NAME, TITLE_NAME } from '../../../src/wire/document.ts';
import type { SeededRandom } from './seeded-random.ts';
import { PLAINTEXT } from './witness.ts';

type Edit = (doc: Y.Doc, random: SeededRandom, word: string) => void;

const paragraphs = (doc: Y.Doc): Y.XmlText[] =>
  (doc.get(ROOT_NAME, Y.XmlText).toDelta() as { insert: unknown }[])
    .map(({ insert }) => insert)
    .filter((insert) => insert instanceof Y.XmlText);

const placeIn = (text: Y.Text, random: SeededRandom): number => random.between(0, text.length);

function aParagraph(doc: Y.Doc, random: SeededRandom): Y.XmlText {
  const known = paragraphs(doc);
  if (known.length > 0) return random.pick(known);
  const paragraph = new Y.XmlText();
  doc.get(ROOT_NAME, Y.XmlText).insertEmbed(0, paragraph);
  return paragraph;
}

const write: Edit = (doc, random, word) => {
  const text = aParagraph(doc, random);
  text.insert(placeIn(text, random), `${word} `);
};

const addParagraph: Edit = (doc, random, word) => {
  const root = doc.get(ROOT_NAME, Y.XmlText);
  const paragraph = new Y.XmlText();
  doc.transact(() => {
    root.insertEmbed(random.between(0, root.length), paragraph);
    paragraph.setAttribute('__type', random.pick(['paragraph', 'heading', 'quote']));
    paragraph.insert(0, word);
  });
};

const nest: Edit = (doc, random, word) => {
  const inner = new Y.XmlText();
  const outer = aParagraph(doc, random);
  doc.transact(() => {
    outer.insertEmbed(placeIn(outer, random), inner);
    inner.setAttribute('__type', 'link');
    inner.insert(0, word);
  });
};

const format: Edit = (doc, random, word) => {
  const text = aParagraph(doc, random);
  const from = placeIn(text, random);
  const length = random.between(0, text.length - from);
  if (length === 0) text.insert(from, word, { bold: true });
  else text.format(from, length, random.pick([{ bold: true }, { bold: null }, { color: word }]));
};

const removeSome: Edit = (doc, random) => {
  const text = aParagraph(doc, random);
  const from = placeIn(text, random);
  text.delete(from, Math.min(random.between(1, 12), text.length - from));
};

const removeParagraph: Edit = (doc, random) => {
  const root = doc.get(ROOT_NAME, Y.XmlText);
  if (root.length > 1) root.delete(random.between(0, root.length - 1), 1);
};

const writeTitle: Edit = (doc, random, word) => {
  const title = doc.getText(TITLE_NAME);
  if (title.length > 60 || random.chance(0.2)) title.delete(0, random.between(0, title.length));
  else title.insert(placeIn(title, random), `${word} `);
};

const setMeta: Edit = (doc, random, word) => {
  const meta = doc.getMap<unknown>(META_NAME);
  const key = `k${random.between(0, 4)}`;
  if (random.chance(0.2)) meta.delete(key);
  else if (random.chance(0.3)) meta.set(key, new Y.Map([['inner', word]]));
  else meta.set(key, word);
};

/** A flood of keystrokes, each an edit of its own. */
const type: Edit = (doc, random, word) => {
  const text = aParagraph(doc, random);
  let at = placeIn(text, random);
  for (let left = random.between(3, 20); left > 0; left--) text.insert(at++, word[left % word.length] ?? 'x');
};

/** Backspace held down: nothing but deletions, each an edit of its own. */
const backspace: Edit = (doc, random) => {
  const text = aParagraph(doc, random);
  for (let left = random.between(1, 12); left > 0 && text.length > 0; left--) text.delete(text.length - 1, 1);
};

const paste: Edit = (doc, random, word) => {
  const text = aParagraph(doc, random);
  text.insert(placeIn(text, random), `${word} `.repeat(random.between(20, 120)));
};

const KINDS: readonly (readonly [number, string, Edit])[] = [
  [30, 'write', write],
  [8, 'add a paragraph', addParagraph],
  [4, 'nest', nest],
  [8, 'format', format],
  [12, 'remove', removeSome],
  [3, 'remove a paragraph', removeParagraph],
  [8, 'write the title', writeTitle],
  [6, 'set meta', setMeta],
  [6, 'type', type],
  [6, 'backspace', backspace],
  [1, 'paste', paste],
];
const WEIGHTED = KINDS.map(([weight, name, edit]) => [weight, { name, edit }] as const);

/** Edits once, or in a burst. `serial`: tells this edit from all others. Returns what was done. */
export function editAtRandom(doc: Y.Doc, random: SeededRandom, serial: number): string {
  const { name, edit } = random.weighted(WEIGHTED);
  edit(doc, random, `${PLAINTEXT}${serial.toString(36)}`);
  return name;
}
