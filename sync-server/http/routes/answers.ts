import type * as v from 'valibot';

/** What goes over the wire for an answer of this schema: bytes as text. */
export type AnswerTo<S extends v.GenericSchema> = v.InferInput<S>;
