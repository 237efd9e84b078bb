/** Cuts long pasted text into pieces that each fit into one change. Sizes are in bytes of UTF-8. */

/** From here on a paste is split. */
export const LONG_PASTE_BYTES = 64 * 1024;
/** Text in one piece. With the markup of the paragraphs it stays far below `MAX_UPDATE_BYTES`. */
export const MAX_PIECE_BYTES = 32 * 1024;
/** Paragraphs in one piece: each costs some hundred bytes in Yjs, however short it is. */
export const MAX_PIECE_LINES = 512;

/** Bytes of the UTF-8 form. A surrogate without its partner becomes the replacement character, which has three. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.codePointAt(index) ?? 0;
    if (code > 0xffff) index += 1;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** The parts of a string, none longer than `maxBytes` (at least 4), whose sum it is. Surrogate pairs stay together. */
export function splitByBytes(text: string, maxBytes: number): string[] {
  const parts: string[] = [];
  let start = 0;
  let bytes = 0;
  for (let index = 0; index < text.length; ) {
    const code = text.codePointAt(index) ?? 0;
    const width = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes + width > maxBytes) {
      parts.push(text.slice(start, index));
      start = index;
      bytes = 0;
    }
    bytes += width;
    index += code > 0xffff ? 2 : 1;
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}

/** A run of text within one line. `newLine`: a line begins here, `false`: the line before goes on. */
export type TextRun = { readonly newLine: boolean; readonly text: string };
export type TextPiece = readonly TextRun[];

export const splitLines = (text: string): string[] => text.split(/\r\n|\r|\n/);

/** Pieces in order. The first run goes on with the line that the caret is in. */
export function splitText(text: string, maxBytes = MAX_PIECE_BYTES, maxLines = MAX_PIECE_LINES): TextPiece[] {
  const pieces: TextPiece[] = [];
  let piece: TextRun[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (piece.length > 0) pieces.push(piece);
    piece = [];
    bytes = 0;
  };
  splitLines(text).forEach((line, number) => {
    const parts = line === '' ? [''] : splitByBytes(line, maxBytes);
    parts.forEach((part, index) => {
      const size = utf8Length(part);
      if (piece.length >= maxLines || (piece.length > 0 && bytes + size > maxBytes)) flush();
      piece.push({ newLine: number > 0 && index === 0, text: part });
      bytes += size;
    });
  });
  flush();
  return pieces;
}

/** The text of pieces, lines ended by `\n`. */
export const joinText = (pieces: readonly TextPiece[]): string =>
  pieces
    .flat()
    .map(({ newLine, text }) => (newLine ? `\n${text}` : text))
    .join('');
