/** Which addresses a document may link to: those that cannot run anything. */

const SAFE_SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);
export const MAX_ADDRESS_LENGTH = 2_048;

// Control characters and spaces can hide a scheme ("java\nscript:"): browsers drop some of them before they look.
const HIDING = /[\s\p{Cc}\p{Cf}]/u;

export function isSafeAddress(address: string): boolean {
  if (address.length > MAX_ADDRESS_LENGTH || HIDING.test(address) || !URL.canParse(address)) return false;
  return SAFE_SCHEMES.has(new URL(address).protocol);
}

/** The address that a person meant: adds `https://` or `mailto:` where they left it out. Null if it is none, or not safe. */
export function readAddress(typed: string): string | null {
  const text = typed.trim();
  if (text === '') return null;
  // "localhost:8080" and "example.org:443" look like a scheme, but what follows is a port.
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^:/@]+:\d+(?:[/?#]|$)/.test(text);
  if (hasScheme) return isSafeAddress(text) ? text : null;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(text)) return isSafeAddress(`mailto:${text}`) ? `mailto:${text}` : null;
  if (!/^[^\s/?#]+\.[^\s/?#]+|^localhost\b/.test(text)) return null;
  const address = `https://${text}`;
  return isSafeAddress(address) ? address : null;
}
