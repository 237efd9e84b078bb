/**
 * A stream's state as a snapshot carries it. Client ids have 53 bits and stand in every struct, once or twice: a third of a
 * long text's state. In a snapshot's structs each is its place among the ledger's client ids instead, counted from 1 [SN1].
 */
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { ByteWriter, WireError } from '../../wire/bytes.ts';
import { ClientDecoder } from './client-decoder.ts';

/** `clients`: the ledger's, ascending. */
export type CompactState = { readonly bytes: Uint8Array; readonly clients: readonly number[] };

/** A client id in an update: where its bytes begin and end. */
type Mention = { readonly client: number; readonly from: number; readonly to: number };

/** @throws Error if the state names a client that the ledger does not know: a mistake of our own */
export function compactState(state: Uint8Array, clients: readonly number[]): Uint8Array {
  const placeOf = new Map(clients.map((client, index) => [client, index + 1]));
  const out = new ByteWriter();
  let copied = 0;
  for (const { client, from, to } of mentionsIn(state)) {
    const place = placeOf.get(client);
    if (place === undefined) throw new Error('a client id that the ledger does not know');
    out.raw(state.subarray(copied, from)).varUint(place);
    copied = to;
  }
  return out.raw(state.subarray(copied)).bytes();
}

/** Puts the state into an empty document. @throws WireError if it names a place that the ledger does not have */
export function applyState(doc: Y.Doc, { bytes, clients }: CompactState, origin?: unknown): void {
  class PlacesDecoder extends ClientDecoder {
    protected override clientOf(place: number): number {
      return clientAt(clients, place);
    }
  }
  Y.applyUpdateV2(doc, bytes, origin, PlacesDecoder);
}

/** @throws WireError `malformed` */
export function clientAt(clients: readonly number[], place: number): number {
  const client = clients[place - 1];
  if (client === undefined) throw new WireError('malformed', 'a client id that the ledger does not know');
  return client;
}

/** In the structs, in the order of their places. Yjs reads the update, so that its format stands in one place only. */
function mentionsIn(update: Uint8Array): Mention[] {
  const mentions: Mention[] = [];
  class NotingDecoder extends Y.UpdateDecoderV1 {
    override readClient(): number {
      return this.#noting(() => super.readClient());
    }
    override readLeftID(): Y.ID {
      return this.#noting(() => super.readLeftID());
    }
    override readRightID(): Y.ID {
      return this.#noting(() => super.readRightID());
    }
    /** A client id comes next. */
    #noting<T>(read: () => T): T {
      const { arr, pos } = this.restDecoder;
      const ahead = decoding.createDecoder(arr);
      ahead.pos = pos;
      const client = decoding.readVarUint(ahead);
      mentions.push({ client, from: pos, to: ahead.pos });
      return read();
    }
  }
  Y.decodeUpdateV2(update, NotingDecoder);
  return mentions;
}
