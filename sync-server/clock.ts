/** Time as the server's parts receive it, so that a simulation decides when it passes. Composed in main.ts. */
export type Cancel = () => void;

export type Clock = {
  /** Milliseconds since some fixed moment; never goes back. */
  readonly now: () => number;
  /** Runs `run` once, after `ms` milliseconds. */
  readonly after: (ms: number, run: () => void) => Cancel;
  /** Runs `run` once the input that is already waiting has been handled: where work of one turn is batched. */
  readonly soon: (run: () => void) => void;
};
