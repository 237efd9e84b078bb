import { $generateNodesFromDOM } from '@lexical/html';
import { $exportNodeJSON, $isElementNode, type LexicalEditor, type LexicalNode } from 'lexical';
import { parseForeignHtml } from '../../trusted-types.ts';
import { costOf, depthOf, MAX_NESTING, type StoredNode, splitNodes } from './split-nodes.ts';
import { LONG_PASTE_BYTES, splitText, type TextPiece, utf8Length } from './split-text.ts';

/** A paste that does not fit into one change, cut into pieces that do. */
export type LongContent =
  | { readonly type: 'text'; readonly pieces: readonly TextPiece[] }
  | { readonly type: 'nodes'; readonly pieces: readonly (readonly StoredNode[])[]; readonly text: string };

/** Nodes that cost less than this fit into one change with room to spare. */
const LONG_NODES_BYTES = 4 * LONG_PASTE_BYTES;

const isLong = (text: string): boolean => text.length > LONG_PASTE_BYTES || utf8Length(text) > LONG_PASTE_BYTES;

/** Null if the paste is short: then Lexical's own way is the right one. Call inside an update. */
export function $readLongContent(editor: LexicalEditor, data: DataTransfer): LongContent | null {
  const text = data.getData('text/plain');
  const html = data.getData('text/html');
  const stored = data.getData('application/x-lexical-editor');
  if (!isLong(text) && !isLong(html) && !isLong(stored)) return null;

  const nodes = readStored(stored, editor._config.namespace) ?? $readHtml(html, editor);
  if (nodes === null) return isLong(text) ? { type: 'text', pieces: splitText(text) } : null;
  const isHarmless =
    nodes.reduce((sum, node) => sum + costOf(node), 0) <= LONG_NODES_BYTES &&
    nodes.every((node) => depthOf(node) <= MAX_NESTING);
  return isHarmless && !isLong(text) ? null : { type: 'nodes', pieces: splitNodes(nodes), text };
}

/** What was copied from a Sealroom document, in the form that Lexical keeps it in. */
function readStored(data: string, namespace: string): readonly StoredNode[] | null {
  if (data === '') return null;
  try {
    const payload: unknown = JSON.parse(data);
    const { namespace: from, nodes } = (payload ?? {}) as { namespace?: unknown; nodes?: unknown };
    return from === namespace && Array.isArray(nodes) ? (nodes as StoredNode[]) : null;
  } catch {
    return null;
  }
}

function $readHtml(html: string, editor: LexicalEditor): readonly StoredNode[] | null {
  if (html === '') return null;
  return $generateNodesFromDOM(editor, parseForeignHtml(html)).map($store);
}

function $store(node: LexicalNode): StoredNode {
  const stored = $exportNodeJSON(node) as StoredNode;
  return $isElementNode(node) ? { ...stored, children: node.getChildren().map($store) } : stored;
}
