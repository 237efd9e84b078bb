/**
 * A stream's state as a snapshot carries it. Client ids have 53 bits and stand in every struct, once or twice: a third of a
 * long text's state. In a snapshot each is its place among the ledger's client ids instead, counted from 1 [SN1].
 */
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import { ByteWriter } from '../../wire/bytes.ts';
import { accept, refuse, type Verdict } from '../../wire/refusals.ts';

/** A client id in an update: where its bytes begin and end. */
type Mention = { readonly client: number; readonly from: number; readonly to: number };

/** `clients`: the ledger's, ascending. @throws Error if the state names another one: a mistake of our own */
export function compactState(state: Uint8Array, clients: readonly number[]): Uint8Array {
  const placeOf = new Map(clients.map((client, index) => [client, index + 1]));
  return rewrite(state, mentionsIn(state), (client) => {
    const place = placeOf.get(client);
    if (place === undefined) throw new Error('a client id that the ledger does not know');
    return place;
  });
}

/** The Yjs update, encoding V1. Refused: no update, or a client that the ledger does not know. */
export function expandState(compact: Uint8Array, clients: readonly number[]): Verdict<Uint8Array> {
  let mentions: readonly Mention[];
  try {
    mentions = mentionsIn(compact);
  } catch {
    return refuse('bad-snapshot', 'a state that is no Yjs update');
  }
  if (mentions.some(({ client: place }) => clients[place - 1] === undefined))
    return refuse('bad-snapshot', 'a state with a client id that the ledger does not know');
  return accept(rewrite(compact, mentions, (place) => clients[place - 1] as number));
}

function rewrite(update: Uint8Array, mentions: readonly Mention[], numberFor: (client: number) => number): Uint8Array {
  const out = new ByteWriter();
  let copied = 0;
  for (const { client, from, to } of mentions) {
    out.raw(update.subarray(copied, from)).varUint(numberFor(client));
    copied = to;
  }
  return out.raw(update.subarray(copied)).bytes();
}

/** In the order of their places. Yjs reads the update, so that its format stands in one place only. @throws if it is none */
function mentionsIn(update: Uint8Array): Mention[] {
  const mentions: Mention[] = [];
  class NotingDecoder extends Y.UpdateDecoderV1 {
    override readClient(): number {
      this.#note();
      return super.readClient();
    }
    override readLeftID(): Y.ID {
      this.#note();
      return super.readLeftID();
    }
    override readRightID(): Y.ID {
      this.#note();
      return super.readRightID();
    }
    /** Called before each client's deleted ranges. */
    override resetDsCurVal(): void {
      super.resetDsCurVal();
      this.#note();
    }
    /** A client id comes next. */
    #note(): void {
      const { arr, pos } = this.restDecoder;
      const ahead = decoding.createDecoder(arr);
      ahead.pos = pos;
      const client = decoding.readVarUint(ahead);
      mentions.push({ client, from: pos, to: ahead.pos });
    }
  }
  Y.decodeUpdateV2(update, NotingDecoder);
  return mentions;
}
