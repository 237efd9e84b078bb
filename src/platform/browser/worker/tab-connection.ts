/** What the host keeps for one tab. */
import type { Attachment, EngineState, Outcome } from '../../../engine/api.ts';
import type { Clock } from '../../../engine/ports.ts';
import type { RoomId } from '../../../wire/ids.ts';
import { HostDocument } from './host-document.ts';
import type { HostedEngine } from './hosted-engine.ts';

/** A tab's lock may arrive before the last frames that it posted. */
const DEAD_TAB_GRACE_MS = 500;

export class TabConnection {
  readonly documents = new Set<HostDocument>();
  readonly #clock: Clock;
  #events: MessagePort | null = null;
  #isGone = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  begin(events: MessagePort): void {
    this.#events = events;
  }

  tell(state: EngineState): void {
    this.#events?.postMessage(state);
  }

  async attach(engine: HostedEngine, room: RoomId, port: MessagePort): Promise<Outcome<Attachment>> {
    const document = new HostDocument(port);
    const outcome = await engine.attach(room, document.frames);
    if (!outcome.ok) {
      port.close();
      return outcome;
    }
    const { clientId, generation, detach } = outcome.value;
    this.documents.add(document);
    document.begin(() => {
      this.documents.delete(document);
      detach();
    });
    // The tab went while the engine was opening the room.
    if (this.#isGone) document.close();
    return { ok: true, value: { clientId, generation } };
  }

  /** The engine is closed; the tab stays. */
  end(): void {
    for (const document of [...this.documents]) document.end();
  }

  /** The tab is gone. */
  close(): void {
    this.#isGone = true;
    this.#events?.close();
    this.#clock.after(DEAD_TAB_GRACE_MS, () => {
      for (const document of [...this.documents]) document.close();
    });
  }
}
