import { $isCodeNode } from '@lexical/code';
import { $isLinkNode } from '@lexical/link';
import { $isListNode, type ListNode } from '@lexical/list';
import { $isHeadingNode, $isQuoteNode } from '@lexical/rich-text';
import {
  $findMatchingParent,
  $getNodeByKey,
  $getRoot,
  $getSelection,
  $isParagraphNode,
  $isRangeSelection,
  type ElementNode,
  type LexicalEditor,
  type LexicalNode,
} from 'lexical';
import { type Accessor, createSignal, onCleanup } from 'solid-js';

export const INLINE_FORMATS = ['bold', 'italic', 'underline', 'strikethrough', 'code'] as const;
export type InlineFormat = (typeof INLINE_FORMATS)[number];
export const BLOCK_STYLES = ['paragraph', 'h1', 'h2', 'h3', 'quote', 'code'] as const;
export type BlockStyle = (typeof BLOCK_STYLES)[number];
export type ListStyle = 'bullet' | 'number' | 'check';

/** What the toolbar shows about the place of the caret. */
export type TextState = {
  readonly formats: Readonly<Record<InlineFormat, boolean>>;
  readonly block: BlockStyle | null;
  readonly list: ListStyle | null;
  /** The address of the link that the caret is in. */
  readonly link: string | null;
  /** Nothing has been written yet. */
  readonly empty: boolean;
};

const NO_FORMATS = { bold: false, italic: false, underline: false, strikethrough: false, code: false };
const BLANK_STATE: TextState = { formats: NO_FORMATS, block: null, list: null, link: null, empty: false };

function blockStyleOf(block: LexicalNode | null): BlockStyle | null {
  if ($isParagraphNode(block)) return 'paragraph';
  if ($isQuoteNode(block)) return 'quote';
  if ($isCodeNode(block)) return 'code';
  if (!$isHeadingNode(block)) return null;
  const tag = block.getTag();
  return tag === 'h1' || tag === 'h2' ? tag : 'h3';
}

function $isEmpty(): boolean {
  const root = $getRoot();
  const first = root.getFirstChild<ElementNode>();
  return root.getChildrenSize() === 0 || (root.getChildrenSize() === 1 && $isParagraphNode(first) && first.isEmpty());
}

/** Looks at the caret's surroundings only, so that its cost does not grow with the document. */
function $readTextState(): TextState {
  const selection = $getSelection();
  const empty = $isEmpty();
  const node = $isRangeSelection(selection) ? $getNodeByKey(selection.anchor.key) : null;
  if (!$isRangeSelection(selection) || node === null) return { ...BLANK_STATE, empty };
  const list = $findMatchingParent(node, (parent): parent is ListNode => $isListNode(parent));
  const link = $findMatchingParent(node, $isLinkNode);
  return {
    formats: {
      bold: selection.hasFormat('bold'),
      italic: selection.hasFormat('italic'),
      underline: selection.hasFormat('underline'),
      strikethrough: selection.hasFormat('strikethrough'),
      code: selection.hasFormat('code'),
    },
    block: blockStyleOf(node.getTopLevelElement()),
    list: list?.getListType() ?? null,
    link: link?.getURL() ?? null,
    empty,
  };
}

const sameState = (a: TextState, b: TextState): boolean =>
  a.block === b.block &&
  a.list === b.list &&
  a.link === b.link &&
  a.empty === b.empty &&
  INLINE_FORMATS.every((format) => a.formats[format] === b.formats[format]);

export function createTextState(editor: LexicalEditor): Accessor<TextState> {
  const [state, setState] = createSignal(editor.getEditorState().read($readTextState), { equals: sameState });
  onCleanup(
    editor.registerUpdateListener(({ editorState }) => {
      setState(editorState.read($readTextState));
    }),
  );
  return state;
}
