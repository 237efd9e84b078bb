import { SCHEMA_VERSION } from '../../wire/document.ts';
import { mayWrite, type Role } from '../../wire/roles.ts';
import type { Standing } from '../epochs/standing.ts';
import { schemaOf } from './document-text.ts';
import type { HeldLog } from './held-log.ts';
import type { Publication } from './publication.ts';

/** What this device may do in a room, as far as it has read the log. */
export class Rights {
  readonly #standing: Standing;
  readonly #held: HeldLog;
  readonly #publication: Publication;

  constructor(standing: Standing, held: HeldLog, publication: Publication) {
    this.#standing = standing;
    this.#held = held;
    this.#publication = publication;
  }

  get role(): Role | null {
    const { access } = this.#held.reader;
    if (!access) return this.#publication.genesis ? 'owner' : null;
    return this.#standing.role(access);
  }

  /** Whether it may change the document: by its role, and because this build knows the document's schema. */
  get mayWrite(): boolean {
    const { role } = this;
    return role !== null && mayWrite(role, 'content') && schemaOf(this.#held.doc) <= SCHEMA_VERSION;
  }
}
