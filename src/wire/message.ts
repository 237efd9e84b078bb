/** A message on the one WebSocket: one or more frames, each a tag and its fields. */
import { ByteReader, WireError } from './bytes.ts';

/** Frames until the message ends, at least one. @throws WireError, also beyond `limit` frames */
export function readMessage<T>(message: Uint8Array, readFrame: (reader: ByteReader) => T, limit: number): T[] {
  const reader = new ByteReader(message);
  const frames: T[] = [];
  do {
    if (frames.length >= limit) throw new WireError('too-large', `more than ${limit} frames`);
    frames.push(readFrame(reader));
  } while (reader.remaining > 0);
  return frames;
}
