/** The account's sections, in their order. Each is the last part of an address. */
export const SECTIONS = ['profile', 'password', 'recovery', 'devices', 'people', 'appearance', 'sign-out'] as const;
export type Section = (typeof SECTIONS)[number];

/** `/account` alone is the profile; only people have a page each. Undefined: there is no such section. */
export function sectionFrom(text: string | undefined, name: string | undefined): Section | undefined {
  if (name !== undefined && text !== 'people') return undefined;
  return text === undefined ? 'profile' : SECTIONS.find((section) => section === text);
}
