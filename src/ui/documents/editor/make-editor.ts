import { CodeExtension, CodeIndentExtension } from '@lexical/code';
import { buildEditorFromExtensions, configExtension } from '@lexical/extension';
import { $isLinkNode, LinkExtension, LinkNode } from '@lexical/link';
import { CheckListExtension, ListExtension } from '@lexical/list';
import {
  BOLD_ITALIC_STAR,
  BOLD_ITALIC_UNDERSCORE,
  BOLD_STAR,
  BOLD_UNDERSCORE,
  CHECK_LIST,
  CODE,
  HEADING,
  INLINE_CODE,
  ITALIC_STAR,
  ITALIC_UNDERSCORE,
  LINK,
  ORDERED_LIST,
  QUOTE,
  registerMarkdownShortcuts,
  STRIKETHROUGH,
  type Transformer,
  UNORDERED_LIST,
} from '@lexical/markdown';
import { HeadingAnnounceExtension, HeadingNode, RichTextExtension } from '@lexical/rich-text';
import { type LexicalEditorWithDispose, mergeRegister } from 'lexical';
import { strings } from '../../strings.ts';
import { isSafeAddress, readAddress } from './link-address.ts';
import styles from './text.module.css';

/** Check lists come before bulleted ones: both begin with "- ". */
const MARKDOWN: Transformer[] = [
  HEADING,
  QUOTE,
  CHECK_LIST,
  UNORDERED_LIST,
  ORDERED_LIST,
  CODE,
  INLINE_CODE,
  BOLD_ITALIC_STAR,
  BOLD_ITALIC_UNDERSCORE,
  BOLD_STAR,
  BOLD_UNDERSCORE,
  ITALIC_STAR,
  ITALIC_UNDERSCORE,
  STRIKETHROUGH,
  LINK,
];

const name = (...keys: string[]): string => keys.map((key) => styles[key] ?? '').join(' ');

const THEME = {
  paragraph: name('paragraph'),
  heading: { h1: name('h1'), h2: name('h2'), h3: name('h3'), h4: name('h3'), h5: name('h3'), h6: name('h3') },
  quote: name('quote'),
  code: name('code'),
  link: name('link'),
  list: {
    ul: name('bulleted'),
    ol: name('numbered'),
    listitem: name('item'),
    nested: { listitem: name('nested') },
    checklist: name('checks'),
    listitemChecked: name('check', 'checked'),
    listitemUnchecked: name('check'),
  },
  text: {
    bold: name('bold'),
    italic: name('italic'),
    underline: name('underline'),
    strikethrough: name('strikethrough'),
    underlineStrikethrough: name('underlineStrikethrough'),
    code: name('inlineCode'),
  },
  collaboration: { cursor: name('cursor'), cursorName: name('cursorName') },
};

/** An editor that shows what a document may hold. It is not bound to any yet, and cannot be written in. */
export function makeEditor(onError: (error: unknown) => void): LexicalEditorWithDispose {
  return buildEditorFromExtensions({
    name: 'sealroom/document',
    namespace: 'sealroom',
    editable: false,
    // The first paragraph comes with the document. One that the editor added would be written into it by everybody.
    $initialEditorState: null,
    dependencies: [
      RichTextExtension,
      // Read out, since turning text into a heading by typing "# " makes no sound.
      configExtension(HeadingAnnounceExtension, {
        created: strings.editor.headingMade,
        destroyed: strings.editor.headingGone,
      }),
      ListExtension,
      CheckListExtension,
      configExtension(LinkExtension, {
        // Also decides whether an address pasted over selected text becomes its link.
        validateUrl: isSafeAddress,
        attributes: { rel: 'noopener noreferrer', target: '_blank' },
      }),
      CodeExtension,
      CodeIndentExtension,
    ],
    theme: THEME,
    onError,
  });
}

/** What holds for text that is written or pasted here. Content of others is not touched. */
export function registerWritingRules(editor: LexicalEditorWithDispose): () => void {
  return mergeRegister(
    registerMarkdownShortcuts(editor, MARKDOWN),
    // Markdown and pasted pages can name any address.
    editor.registerNodeTransform(LinkNode, (link) => {
      if (!$isLinkNode(link) || isSafeAddress(link.getURL())) return;
      const address = readAddress(link.getURL());
      if (address !== null) {
        link.setURL(address);
        return;
      }
      for (const child of link.getChildren()) link.insertBefore(child);
      link.remove();
    }),
    editor.registerNodeTransform(HeadingNode, (heading) => {
      if (heading.getTag() > 'h3') heading.setTag('h3');
    }),
  );
}
