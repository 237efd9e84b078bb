import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  costOf,
  depthOf,
  isContinued,
  limitNesting,
  MAX_NESTING,
  type StoredNode,
  splitNodes,
  textOf,
  wrapInline,
} from '../../../src/ui/documents/editor/split-nodes.ts';

const leaf = fc.record({
  type: fc.constant('text'),
  text: fc.string({ unit: fc.constantFrom('a', '🌱', ' '), maxLength: 300 }),
});
const { node } = fc.letrec<{ node: StoredNode; block: StoredNode }>((tie) => ({
  node: fc.oneof({ maxDepth: 4 }, leaf, tie('block')),
  block: fc.record({
    type: fc.constantFrom('paragraph', 'list', 'listitem'),
    children: fc.array(tie('node'), { maxLength: 6 }),
  }),
}));
const nodes = fc.array(node, { maxLength: 8 });

/** Puts together again what was cut. */
function join(pieces: readonly (readonly StoredNode[])[]): StoredNode[] {
  const merge = (list: readonly StoredNode[]): StoredNode[] => {
    const done: StoredNode[] = [];
    for (const next of list) {
      const last = done[done.length - 1];
      if (!isContinued(next) || last === undefined) done.push(next);
      else done[done.length - 1] = { ...last, children: merge([...(last.children ?? []), ...(next.children ?? [])]) };
    }
    return done;
  };
  return merge(pieces.flat());
}

describe('splitting pasted rich text', () => {
  it('loses no text and keeps the order', () => {
    fc.assert(
      fc.property(nodes, (list) => {
        expect(textOf(splitNodes(list, 900).flat())).toBe(textOf(list));
      }),
    );
  });

  it('cuts into pieces that fit', () => {
    const paragraph = { type: 'paragraph', children: [{ type: 'text', text: 'word '.repeat(2_000) }] };
    const pieces = splitNodes([paragraph, paragraph], 4_000);
    expect(pieces.length).toBeGreaterThan(4);
    for (const piece of pieces) expect(piece.reduce((sum, part) => sum + costOf(part), 0)).toBeLessThanOrEqual(4_000);
  });

  it('makes one paragraph and one list of what was one', () => {
    const paragraph = { type: 'paragraph', children: [{ type: 'text', text: 'long '.repeat(3_000) }] };
    const item = (n: number): StoredNode => ({ type: 'listitem', children: [{ type: 'text', text: `item ${n}` }] });
    const list = { type: 'list', children: Array.from({ length: 50 }, (_, n) => item(n)) };
    const joined = join(splitNodes([paragraph, list], 2_000));
    expect(joined.map(({ type }) => type)).toEqual(['paragraph', 'list']);
    expect(joined[1]?.children).toHaveLength(50);
  });

  it('puts a paragraph around loose text', () => {
    const text = { type: 'text', text: 'a' };
    expect(wrapInline([text, text, { type: 'quote', children: [] }, text]).map(({ type }) => type)).toEqual([
      'paragraph',
      'quote',
      'paragraph',
    ]);
  });

  it('lifts what is nested too deeply and keeps its text', () => {
    let deep: StoredNode = { type: 'text', text: 'deep' };
    for (let level = 0; level < 60; level += 1) deep = { type: 'list', children: [deep] };
    const lifted = limitNesting(deep);
    expect(depthOf(lifted)).toBeLessThanOrEqual(MAX_NESTING + 1);
    expect(textOf([lifted])).toBe('deep');
  });
});
