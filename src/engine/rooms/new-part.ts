/** Going on in the next part of a room where newcomers start empty [SG2]. */
import { contentOf } from '../../wire/access.ts';
import { TITLE_NAME } from '../../wire/document.ts';
import type { DeviceId } from '../../wire/ids.ts';
import { titleOf } from './document-text.ts';
import type { HeldLog } from './held-log.ts';
import type { LiveDocument } from './live-document.ts';
import type { Presence } from './presence.ts';
import type { RelayLine } from './relay-line.ts';
import type { Rights } from './rights.ts';

/** Client ids of a part in which nobody has written. */
const SEED_ALONE = 1;

export type NewPartParts = {
  readonly device: DeviceId;
  readonly held: HeldLog;
  readonly live: LiveDocument;
  readonly rights: Rights;
  readonly presence: () => Presence;
  readonly line: () => RelayLine;
};

export class NewPart {
  readonly #parts: NewPartParts;

  constructor(parts: NewPartParts) {
    this.#parts = parts;
  }

  /** The epoch that was just read has closed the part before. */
  begin(): void {
    const { live, presence, line } = this.#parts;
    live.beginPart();
    presence().startOver();
    if (line().isCaughtUp) this.name();
  }

  /**
   * Whoever has begun a part gives it the title of the one before, if nobody has written in it yet: newcomers were invited to
   * something that has a name. Asked again whenever the log was caught up with, so a crash in between leaves no part without.
   */
  name(): void {
    const { device, held, live, rights } = this.#parts;
    const { access } = held.reader;
    const { grown, segmentSeq } = access ?? {};
    if (!access || grown?.by !== device || grown.seq !== segmentSeq || !rights.mayWrite) return;
    const isWritten = held.reader.ledger(contentOf(access)).clients.length > SEED_ALONE;
    const title = held.titleBefore(access.core.segment);
    if (isWritten || title === '' || titleOf(live.doc) !== '') return;
    live.edit((doc) => doc.getText(TITLE_NAME).insert(0, title));
  }
}
