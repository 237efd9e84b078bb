/** The text editor. */

export const editor = {
  region: 'Document',
  text: 'Document text',
  title: 'Title',
  placeholder: 'Start writing…',
  toolbar: 'Formatting',
  home: 'All documents',
  style: 'Text style',
  styles: {
    paragraph: 'Paragraph',
    h1: 'Heading 1',
    h2: 'Heading 2',
    h3: 'Heading 3',
    quote: 'Quote',
    code: 'Code block',
  },
  undo: 'Undo',
  redo: 'Redo',
  bold: 'Bold',
  italic: 'Italic',
  underline: 'Underline',
  strikethrough: 'Strikethrough',
  inlineCode: 'Inline code',
  link: 'Link',
  bullet: 'Bulleted list',
  number: 'Numbered list',
  check: 'Check list',
  shortcuts: 'Keyboard shortcuts',
  headingMade: 'Heading level %s',
  headingGone: 'Heading level %s removed',
  pasting: 'Pasting a long text…',
  pastingCancel: 'Stop pasting',
  opening: 'Opening…',
  openingOffline: 'This document has not reached this device yet. It opens as soon as there is a connection.',
} as const;

export const link = {
  heading: 'Link',
  address: 'Address',
  hint: 'A web address, an e-mail address or a phone number (tel:).',
  unsafe: 'This is not an address that can be linked to. Begin it with https://, mailto: or tel:.',
  save: 'Set link',
  remove: 'Remove link',
} as const;

export const shortcuts = {
  heading: 'Keyboard shortcuts',
  writing: 'Writing',
  blocks: 'Paragraphs and lists',
  around: 'Getting around',
  markdown: 'As you type',
  leave: 'Leave a list or code block with Tab',
  nested: 'Nest a list item',
  toolbar: 'Go to the toolbar',
  inOrder: (...keys: string[]) => keys.join(' then '),
  openLink: 'Open a link',
} as const;
