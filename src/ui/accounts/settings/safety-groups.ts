const GROUP_DIGITS = 5;

/** The sixty digits in twelve groups of five, however they came. */
export const safetyGroups = (safetyNumber: string): readonly string[] =>
  safetyNumber.replace(/\D/g, '').match(new RegExp(`\\d{1,${GROUP_DIGITS}}`, 'g')) ?? [];
