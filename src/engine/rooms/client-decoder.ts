import * as Y from 'yjs';

/**
 * Yjs' reader of structs in encoding V1, where numbers may stand for client ids. Yjs hides its byte reader; handing in the
 * decoder class is its own way to choose the encoding.
 */
export abstract class ClientDecoder extends Y.UpdateDecoderV1 {
  /** Which client a number in a struct stands for. */
  protected abstract clientOf(number: number): number;

  /** Called once for each client's block of structs. */
  override readClient(): number {
    return this.clientOf(super.readClient());
  }
  override readLeftID(): Y.ID {
    return this.#idOf(super.readLeftID());
  }
  override readRightID(): Y.ID {
    return this.#idOf(super.readRightID());
  }
  #idOf({ client, clock }: Y.ID): Y.ID {
    return new Y.ID(this.clientOf(client), clock);
  }
}
