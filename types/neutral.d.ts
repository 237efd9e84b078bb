// What every JavaScript host has although the language standard does not name it. Pure functions only: anything that
// reads a clock, draws randomness or does I/O is handed in through the engine's ports instead.

declare class TextEncoder {
  encode(text?: string): Uint8Array<ArrayBuffer>;
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes?: ArrayBuffer | ArrayBufferView): string;
}
