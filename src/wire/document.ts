/** How a document lies in its Yjs stream: names that engine and editors share. Its version is the schema version. */

/** Rich text: a Y.XmlText, as @lexical/yjs lays it out. */
export const ROOT_NAME = 'root';
/** The title: a Y.Text. */
export const TITLE_NAME = 'title';
/** A Y.Map with `SCHEMA_KEY`; a missing entry means version 1. */
export const META_NAME = 'meta';
export const SCHEMA_KEY = 'schema';
/** What this version of the app reads and writes. A document of a newer one opens read-only. */
export const SCHEMA_VERSION = 1;
/** Characters. */
export const MAX_TITLE_LENGTH = 200;
/** Yjs client id of the seed: the constant first paragraph that every replica starts from. */
export const SEED_CLIENT_ID = 1;
