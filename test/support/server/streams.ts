import type { Stream } from '../../../src/wire/record.ts';

export const COMMENTS: Stream = { class: 'comments', segment: 0 };
