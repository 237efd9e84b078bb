import { $isCodeNode } from '@lexical/code';
import { $createListItemNode, $createListNode, $isListItemNode, $isListNode } from '@lexical/list';
import {
  $createLineBreakNode,
  $createParagraphNode,
  $createTabNode,
  $createTextNode,
  $findMatchingParent,
  $getNodeByKey,
  $getRoot,
  $getSelection,
  $isElementNode,
  $isRangeSelection,
  $isTextNode,
  $parseSerializedNode,
  type ElementNode,
  type LexicalNode,
  type NodeKey,
  type RangeSelection,
  type SerializedLexicalNode,
  tokenizeRawText,
} from 'lexical';
import { isContinued, type StoredNode } from './split-nodes.ts';
import type { TextPiece } from './split-text.ts';

/**
 * Where a long paste goes on, independent of the caret: the text after the caret is split off, and every piece is put before
 * it. What the person types meanwhile lands in the part behind, what others write moves along, and the order stays.
 */
export type PastePlace = {
  /** Inside a code block lines are separated by line breaks, elsewhere they are paragraphs or list items. */
  readonly inCode: boolean;
  /** The block, or in code the line break, before which the next piece goes. */
  readonly before: NodeKey;
  /** The block that an unfinished line goes on in. */
  last: NodeKey | null;
};

/** Removes what is selected and opens a gap at the caret. Null where nothing can be pasted. */
export function $openPlace(): PastePlace | null {
  const selection = $getSelection();
  if (!$isRangeSelection(selection)) return null;
  if (!selection.isCollapsed()) selection.removeText();
  const code = $findMatchingParent(selection.anchor.getNode(), $isCodeNode);
  return code === null ? $openBlocks(selection) : $openCode(selection);
}

function $openBlocks(selection: RangeSelection): PastePlace | null {
  const tail = selection.insertParagraph();
  const head = tail?.getPreviousSibling();
  if (!tail || !head) return null;
  return { inCode: false, before: tail.getKey(), last: head.getKey() };
}

function $openCode(selection: RangeSelection): PastePlace {
  const gap = $createLineBreakNode();
  selection.insertNodes([gap]);
  gap.selectNext(0, 0);
  return { inCode: true, before: gap.getKey(), last: null };
}

/** The end of the document, for when somebody removed the place meanwhile. */
const $insertBefore = (place: PastePlace, node: LexicalNode): void => {
  const before = $getNodeByKey(place.before);
  if (before?.isAttached()) before.insertBefore(node);
  else if (place.inCode) $getRoot().append($createParagraphNode().append(node));
  else if ($isListItemNode(node)) $getRoot().append($createListNode('bullet').append(node));
  else $getRoot().append(node);
};

const $lineNodes = (text: string): LexicalNode[] => {
  const nodes: LexicalNode[] = [];
  tokenizeRawText(text, {
    linebreak: () => nodes.push($createLineBreakNode()),
    tab: () => nodes.push($createTabNode()),
    text: (part) => nodes.push($createTextNode(part)),
  });
  return nodes;
};

export function $insertText(place: PastePlace, piece: TextPiece): void {
  for (const { newLine, text } of piece) {
    if (place.inCode) {
      if (newLine) $insertBefore(place, $createLineBreakNode());
      for (const node of $lineNodes(text)) $insertBefore(place, node);
      continue;
    }
    const last = place.last === null ? null : $getNodeByKey(place.last);
    if (!newLine && $isElementNode(last) && last.isAttached()) {
      last.append(...$lineNodes(text));
      continue;
    }
    const isList = $isListItemNode($getNodeByKey(place.before));
    const block = isList ? $createListItemNode() : $createParagraphNode();
    block.append(...$lineNodes(text));
    $insertBefore(place, block);
    place.last = block.getKey();
  }
}

export function $insertNodes(place: PastePlace, nodes: readonly StoredNode[], isFirstPiece: boolean): void {
  nodes.forEach((node, index) => {
    const last = place.last === null ? null : $getNodeByKey(place.last);
    const joins = isContinued(node) || (isFirstPiece && index === 0 && node.type === 'paragraph');
    if (joins && $isElementNode(last) && last.isAttached()) {
      $appendStored(last, node.children ?? []);
      return;
    }
    const block = $restore(node);
    $insertBefore(place, block);
    place.last = block.getKey();
  });
}

/** Lexical fills in whatever fields are missing; its types know only the complete form. */
const $restore = (node: StoredNode): LexicalNode => $parseSerializedNode(node as unknown as SerializedLexicalNode);

function $appendStored(parent: ElementNode, nodes: readonly StoredNode[]): void {
  for (const node of nodes) {
    const last = parent.getLastChild();
    if (isContinued(node) && $isElementNode(last)) $appendStored(last, node.children ?? []);
    else parent.append($restore(node));
  }
}

/**
 * Rich text goes between blocks. In a list that means between two lists, so the list is parted where the gap is; an empty
 * list item that was made for the gap goes.
 */
export function $leaveList(place: PastePlace): PastePlace {
  const tail = $getNodeByKey(place.before);
  const list = tail?.getParent();
  if (!$isListItemNode(tail) || !$isListNode(list)) return place;
  const rest = $createListNode(list.getListType());
  rest.append(tail, ...tail.getNextSiblings());
  list.insertAfter(rest);
  if (!$isListNode(list.getParent()) && !$isListItemNode(list.getParent())) {
    return { ...place, before: rest.getKey(), last: null };
  }
  const top = rest.getTopLevelElementOrThrow();
  return { ...place, before: top.getKey(), last: null };
}

/** Closes the gap: what stood behind the caret goes on right after what was pasted. */
export function $closePlace(place: PastePlace): void {
  const tail = $getNodeByKey(place.before);
  if (!tail?.isAttached()) return;
  if (place.inCode) {
    tail.remove();
    return;
  }
  const last = tail.getPreviousSibling();
  if (!$isElementNode(tail) || !$isElementNode(last) || $isListNode(tail) || $isListNode(last) || $isCodeNode(last))
    return;
  const selection = $getSelection();
  const caretAtTail = $isRangeSelection(selection) && selection.anchor.key === tail.getKey();
  const end = last.getLastDescendant();
  last.append(...tail.getChildren());
  tail.remove();
  if (!caretAtTail) return;
  if ($isTextNode(end)) end.select();
  else last.selectEnd();
}
