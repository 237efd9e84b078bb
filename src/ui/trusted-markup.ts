/**
 * What the page's default Trusted Types policy lets through. Under the policy every string that reaches an HTML or script
 * sink passes here, and the only ones that have business there are the templates that Solid compiles (its own, ours and
 * those of its component libraries) and the addresses of our own scripts.
 *
 * A template is recognised by what it can contain: known elements with known attributes, none of which runs a script,
 * loads anything, or styles. Whatever else appears was not written by us.
 */

const ELEMENTS = new Set(
  (
    'a abbr article aside b br button code dd div dl dt em fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header ' +
    'hr i input kbd label legend li main nav ol option output p pre progress s section select small span strong sub sup ' +
    'table tbody td textarea th thead time tr u ul ' +
    'svg g path circle ellipse line polygon polyline rect'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'alt autocapitalize autocomplete autofocus checked class cols colspan contenteditable dir disabled draggable enterkeyhint ' +
    'for height hidden href id inert inputmode lang max maxlength min minlength multiple name novalidate placeholder readonly rel required ' +
    'role rows rowspan scope selected size spellcheck step tabindex target title translate type value width ' +
    'clip-rule cx cy d fill fill-rule focusable points r rx ry stroke stroke-linecap stroke-linejoin stroke-width transform ' +
    'viewbox x x1 x2 xmlns y y1 y2'
  ).split(' '),
);
/** `type=image` and the like would load something; a template has no use for them. */
const LOCAL_ADDRESS = /^(?:#|\/(?!\/))[\w#/.-]*$/;

// Solid leaves out whatever HTML allows to be left out: end tags, quotes, and spaces after quotes.
const TOKEN =
  /<!(?:\$|--[\w$/ ]*--)?>|<\/([a-z][a-z0-9]*)>|<([a-z][a-z0-9]*)((?:(?:\s+|(?<=["']))[a-z][a-z0-9:-]*(?:=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`]+))?)*)\s*\/?>|[^<]+/giy;
const ATTRIBUTE = /([a-z][a-z0-9:-]*)(?:=(?:"([^"]*)"|'([^']*)'|(\S+)))?/gi;

function isPlainAttribute(name: string, value: string): boolean {
  if (name === 'href') return LOCAL_ADDRESS.test(value);
  if (name === 'type') return value !== 'image' && value !== 'file';
  return ATTRIBUTES.has(name) || /^(?:aria|data)-[a-z0-9-]+$/.test(name);
}

const arePlainAttributes = (text: string): boolean =>
  [...text.matchAll(ATTRIBUTE)].every((match) =>
    isPlainAttribute((match[1] ?? '').toLowerCase(), match[2] ?? match[3] ?? match[4] ?? ''),
  );

/** Whether a string can be one of the templates that this app was compiled with. */
export function isCompiledTemplate(html: string): boolean {
  let end = 0;
  for (const match of html.matchAll(TOKEN)) {
    end = match.index + match[0].length;
    const element = match[1] ?? match[2];
    if (element !== undefined && !ELEMENTS.has(element.toLowerCase())) return false;
    if (!arePlainAttributes(match[3] ?? '')) return false;
  }
  return end === html.length;
}

/** Whether an address is that of a script which the build put beside the page: its workers and its service worker. */
export function isOwnScript(address: string, origin: string): boolean {
  if (!URL.canParse(address, origin)) return false;
  const url = new URL(address, origin);
  return url.origin === origin && /^\/(?:assets\/[\w.-]+|sw)\.js$/.test(url.pathname);
}
