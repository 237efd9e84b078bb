/** How long a test waits for what it is not about: a busy machine may take long. Without a defence tests wait in vain, and need not wait as long. Milliseconds. */
export const PATIENCE_MS = process.env.SEALROOM_TAKE_AWAY ? 10_000 : 60_000;

/** Of tests that claim a time on the clock of the wall: where others take the machine away they are tried again. */
export const IN_TIME = { retry: 2 };
