/** One writer's keystrokes: real Yjs updates of one character each, typed one after the other. */
import * as Y from 'yjs';

export class EditSource {
  readonly clientId: number;
  readonly #text: Y.Text;
  #last: Uint8Array = new Uint8Array();

  constructor(clientId: number) {
    const doc = new Y.Doc();
    doc.clientID = clientId;
    doc.on('update', (update: Uint8Array) => {
      this.#last = update;
    });
    this.clientId = clientId;
    this.#text = doc.getText('title');
  }

  next(): Uint8Array {
    this.#text.insert(this.#text.length, 'x');
    return this.#last;
  }
}
