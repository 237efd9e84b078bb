/** How much of each, see docs/testing.md. */
const count = (variable: string, fallback: number): number => Number(process.env[variable] ?? fallback);

export const KILLS = count('SEALROOM_CRASH_KILLS', 20);
export const CUTS = count('SEALROOM_CRASH_CUTS', 10);
export const FULL_DISKS = count('SEALROOM_CRASH_FULL_DISKS', 1);
/** Decides when to kill. What the machine makes of it cannot be repeated, so a failure says what was lost. */
export const crashSeed = count('SEALROOM_CRASH_SEED', 1);
