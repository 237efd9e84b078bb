/** Reads the two frames that make up a load without an object for each; all others with the product's decoder. */
import { decodeRelayMessage, type RelayFrame } from '../../../src/wire/relay-frames.ts';

const ENTRY = 5;
const ACK = 7;

export type FrameSink = {
  readonly entry: (seq: number, record: Uint8Array) => void;
  readonly ack: (seq: number, counter: number) => void;
  readonly other: (frame: RelayFrame) => void;
};

export function scanRelayMessage(data: Buffer, sink: FrameSink): void {
  let at = 0;
  const varUint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = data[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const block = (): Uint8Array => {
    const start = at + 4;
    at = start + data.readUInt32BE(at);
    return data.subarray(start, at);
  };
  while (at < data.length) {
    const tag = data[at];
    if (tag !== ENTRY && tag !== ACK) {
      for (const frame of decodeRelayMessage(data.subarray(at))) {
        if (frame.type === 'entry') sink.entry(frame.seq, frame.record);
        else if (frame.type === 'ack') sink.ack(frame.seq, frame.counter);
        else sink.other(frame);
      }
      return;
    }
    at++;
    varUint();
    const seq = varUint();
    if (tag === ACK) sink.ack(seq, varUint());
    else {
      const record = block();
      block();
      sink.entry(seq, record);
    }
  }
}
