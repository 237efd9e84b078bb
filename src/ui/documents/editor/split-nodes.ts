/**
 * Cuts long pasted rich text into pieces. Works on the plain form that Lexical nodes are stored in, so that it knows nothing
 * of an editor: a node has a type, perhaps text, perhaps children.
 */
import { MAX_PIECE_BYTES, splitByBytes, utf8Length } from './split-text.ts';

export type StoredNode = {
  readonly type: string;
  readonly text?: string;
  readonly children?: readonly StoredNode[];
  readonly [field: string]: unknown;
};

/** What a node costs in Yjs besides its text: its attributes. */
const NODE_BYTES = 160;
/** Types inside types that a paste may bring. Deeper ones would be refused as `too-deep`; nobody can read them either. */
export const MAX_NESTING = 24;

export function costOf(node: StoredNode): number {
  const own = NODE_BYTES + (node.text === undefined ? 0 : utf8Length(node.text));
  return (node.children ?? []).reduce((sum, child) => sum + costOf(child), own);
}

/** Lifts what lies too deep up to the deepest level that is allowed. */
export function limitNesting(node: StoredNode, depth = MAX_NESTING): StoredNode {
  if (node.children === undefined) return node;
  if (depth > 1) return { ...node, children: node.children.map((child) => limitNesting(child, depth - 1)) };
  const leaves = (child: StoredNode): readonly StoredNode[] =>
    child.children === undefined ? [child] : child.children.flatMap(leaves);
  return { ...node, children: node.children.flatMap(leaves) };
}

/**
 * Siblings that together hold what `node` held, each no larger than `maxBytes` as far as it can be cut. All but the first
 * are marked `continued`: they go on with the one before, so that cutting makes no new paragraph.
 */
export function splitNode(node: StoredNode, maxBytes: number): StoredNode[] {
  if (costOf(node) <= maxBytes) return [node];
  if (node.text !== undefined) {
    return splitByBytes(node.text, Math.max(maxBytes - NODE_BYTES, 4)).map((text) => ({ ...node, text }));
  }
  if (node.children === undefined || node.children.length === 0) return [node];
  const room = Math.max(maxBytes - NODE_BYTES, NODE_BYTES + 4);
  const groups = gather(
    node.children.flatMap((child) => splitNode(child, room)),
    room,
  );
  return groups.map((children, index) => ({ ...node, children, ...(index > 0 ? { [CONTINUED]: true } : {}) }));
}

const CONTINUED = 'continued';
/** Whether a node only goes on with what the sibling before it began. */
export const isContinued = (node: StoredNode): boolean => node[CONTINUED] === true;

/** Neighbours together as long as they fit. */
function gather(nodes: readonly StoredNode[], maxBytes: number): StoredNode[][] {
  const groups: StoredNode[][] = [];
  let bytes = 0;
  for (const node of nodes) {
    const cost = costOf(node);
    const group = groups[groups.length - 1];
    if (group === undefined || bytes + cost > maxBytes) {
      groups.push([node]);
      bytes = cost;
    } else {
      group.push(node);
      bytes += cost;
    }
  }
  return groups;
}

/** Top-level nodes in pieces that each fit into one change, in order. */
export const splitNodes = (nodes: readonly StoredNode[], maxBytes = MAX_PIECE_BYTES * 2): StoredNode[][] =>
  gather(
    wrapInline(nodes).flatMap((node) => splitNode(limitNesting(node), maxBytes)),
    maxBytes,
  );

const INLINE_TYPES = new Set(['text', 'tab', 'linebreak', 'link', 'autolink', 'code-highlight']);

/** A document holds blocks: loose text at the top gets a paragraph around it. */
export function wrapInline(nodes: readonly StoredNode[]): StoredNode[] {
  const blocks: StoredNode[] = [];
  let loose: StoredNode[] = [];
  const flush = (): void => {
    if (loose.length > 0) blocks.push({ type: 'paragraph', children: loose });
    loose = [];
  };
  for (const node of nodes) {
    if (INLINE_TYPES.has(node.type)) {
      loose.push(node);
    } else {
      flush();
      blocks.push(node);
    }
  }
  flush();
  return blocks;
}

export const depthOf = (node: StoredNode): number =>
  1 + (node.children ?? []).reduce((deepest, child) => Math.max(deepest, depthOf(child)), 0);

export const textOf = (nodes: readonly StoredNode[]): string =>
  nodes.map((node) => (node.text ?? '') + textOf(node.children ?? [])).join('');
