import { $createCodeNode } from '@lexical/code';
import { TOGGLE_LINK_COMMAND } from '@lexical/link';
import {
  INSERT_CHECK_LIST_COMMAND,
  INSERT_ORDERED_LIST_COMMAND,
  INSERT_UNORDERED_LIST_COMMAND,
  REMOVE_LIST_COMMAND,
} from '@lexical/list';
import { $createHeadingNode, $createQuoteNode } from '@lexical/rich-text';
import { $setBlocksType } from '@lexical/selection';
import {
  $createParagraphNode,
  $getSelection,
  $isRangeSelection,
  type ElementNode,
  FORMAT_TEXT_COMMAND,
  type LexicalEditor,
} from 'lexical';
import type { BlockStyle, InlineFormat, ListStyle, TextState } from './text-state.ts';

const BLOCKS: Readonly<Record<BlockStyle, () => ElementNode>> = {
  paragraph: $createParagraphNode,
  h1: () => $createHeadingNode('h1'),
  h2: () => $createHeadingNode('h2'),
  h3: () => $createHeadingNode('h3'),
  quote: $createQuoteNode,
  code: $createCodeNode,
};

const LISTS = {
  bullet: INSERT_UNORDERED_LIST_COMMAND,
  number: INSERT_ORDERED_LIST_COMMAND,
  check: INSERT_CHECK_LIST_COMMAND,
};

/** What toolbar and keyboard can do to the selected text. */
export type TextCommands = {
  format(format: InlineFormat): void;
  setBlock(style: BlockStyle): void;
  /** Turns the selection into that list, or back into paragraphs if it is one already. */
  toggleList(style: ListStyle): void;
  /** Null removes the link. */
  setLink(address: string | null): void;
};

export function makeCommands(editor: LexicalEditor, state: () => TextState): TextCommands {
  return {
    format: (format) => {
      editor.dispatchCommand(FORMAT_TEXT_COMMAND, format);
    },
    setBlock: (style) => {
      editor.update(() => {
        const selection = $getSelection();
        if ($isRangeSelection(selection)) $setBlocksType(selection, BLOCKS[style]);
      });
    },
    toggleList: (style) => {
      editor.dispatchCommand(state().list === style ? REMOVE_LIST_COMMAND : LISTS[style], undefined);
    },
    setLink: (address) => {
      editor.dispatchCommand(TOGGLE_LINK_COMMAND, address);
    },
  };
}
