import { isCompiledTemplate, isOwnScript } from './trusted-markup.ts';

type Policy = {
  createHTML(text: string): string | null;
  createScriptURL(text: string): string | null;
};
/** The part of the browser's Trusted Types that is needed here; not every browser has them. */
type TrustedTypes = { createPolicy(name: string, policy: Policy): unknown };

/** Must run before anything is rendered: under our content security policy, markup from elsewhere is then refused. */
export function installTrustedTypes(origin: string): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  // Null makes the browser refuse the assignment. There is no createScript: no text ever becomes a script.
  trustedTypes?.createPolicy('default', {
    createHTML: (text) => (isCompiledTemplate(text) ? text : null),
    createScriptURL: (text) => (isOwnScript(text, origin) ? text : null),
  });
}

/**
 * A document that is only looked at: its scripts do not run and nothing of it is loaded. For pasted HTML, which becomes
 * Lexical nodes. The policy bears the name that Lexical uses for the same purpose, so that one entry in the content security
 * policy serves both.
 */
export function parseForeignHtml(html: string): Document {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  const policy = trustedTypes?.createPolicy('lexical', { createHTML: (text) => text, createScriptURL: () => null });
  const markup = (policy as { createHTML(text: string): string } | undefined)?.createHTML(html) ?? html;
  return new DOMParser().parseFromString(markup, 'text/html');
}
