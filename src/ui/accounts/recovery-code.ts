/** A recovery code as far as its characters go: case, spaces and dashes are how it is written, not what it says. */
const characters = (code: string): string => code.replace(/[\s\p{Pd}]/gu, '').toUpperCase();

/** Whether somebody typed the code that was shown. */
export const isSameCode = (typed: string, shown: string): boolean => characters(typed) === characters(shown);
