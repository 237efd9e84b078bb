/** Looks for known values in bytes, in the encodings in which they could lie there: one pass, however many they are. */

/** The forms of a value: raw, hexadecimal, both base64 alphabets at any alignment; as text of one or two bytes a character. */
export function formsOf(value: Uint8Array): Buffer[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const texts = [hex, hex.toUpperCase(), ...base64Pieces(bytes), ...base64Pieces(bytes).map(urlSafe)];
  const twoBytes = ['latin1', 'utf8'].map((encoding) =>
    Buffer.from(bytes.toString(encoding as BufferEncoding), 'utf16le'),
  );
  return [bytes, ...twoBytes, ...texts.flatMap((text) => [Buffer.from(text), Buffer.from(text, 'utf16le')])];
}

/** What is the same in base64 whatever surrounds the value, for each place in a group of three at which it may begin. */
const base64Pieces = (bytes: Buffer): string[] =>
  [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6)),
  );
const urlSafe = (text: string): string => text.replaceAll('+', '-').replaceAll('/', '_');

type Needle = { readonly name: string; readonly form: Buffer };
const pairOf = (bytes: Uint8Array, at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);

export class SecretSearch {
  readonly #names: readonly string[];
  /** By their first two bytes, so that most places cost one look. */
  readonly #byPair = new Array<Needle[] | undefined>(0x10000);
  /** Bytes of the longest form: pieces of something larger must overlap by as much. */
  readonly overlap: number;

  /** `values`: by what they are called; texts as UTF-8. */
  constructor(values: Readonly<Record<string, string | Uint8Array>>) {
    this.#names = Object.keys(values);
    const needles = Object.entries(values).flatMap(([name, value]) =>
      formsOf(typeof value === 'string' ? Buffer.from(value) : value).map((form) => ({ name, form })),
    );
    for (const needle of needles) {
      const pair = pairOf(needle.form, 0);
      this.#byPair[pair] = [...(this.#byPair[pair] ?? []), needle];
    }
    this.overlap = Math.max(...needles.map(({ form }) => form.length));
  }

  /** The names of the values that occur, in their order. */
  found(...places: readonly Uint8Array[]): string[] {
    const names = new Set<string>();
    for (const bytes of places)
      for (let at = 0; at + 1 < bytes.length; at++) {
        const needles = this.#byPair[pairOf(bytes, at)];
        if (needles) for (const { name, form } of needles) if (isAt(form, bytes, at)) names.add(name);
      }
    return this.#names.filter((name) => names.has(name));
  }
}

function isAt(form: Uint8Array, bytes: Uint8Array, at: number): boolean {
  if (at + form.length > bytes.length) return false;
  for (let i = 2; i < form.length; i++) if (form[i] !== bytes[at + i]) return false;
  return true;
}
