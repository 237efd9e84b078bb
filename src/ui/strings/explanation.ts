/** `what` completes "Refused: …" and begins a sentence; `next` says what it means and what to do. */
export type Explanation = { readonly what: string; readonly next: string };

export const count = (n: number, one: string, many: string): string => (n === 1 ? `1 ${one}` : `${n} ${many}`);

/** How long, in whole seconds or minutes, never none. */
export const duration = (seconds: number): string =>
  seconds < 90 ? count(Math.max(1, Math.ceil(seconds)), 'second', 'seconds') : `${Math.ceil(seconds / 60)} minutes`;

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** "What happened. What it means and what to do." */
export const explain = ({ what, next }: Explanation): string => `${capitalised(what)}. ${next}`;
