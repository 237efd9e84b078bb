/** How much of each, see docs/testing.md. */
const count = (variable: string, fallback: number): number => Number(process.env[variable] ?? fallback);

/** Sign-ins of each kind whose time is taken. */
export const TIMED_SIGN_INS = count('SEALROOM_ACCOUNTS_SIGN_INS', 150);
export const ACCOUNT_KILLS = count('SEALROOM_ACCOUNTS_KILLS', 6);
export const accountsSeed = count('SEALROOM_ACCOUNTS_SEED', 1);
