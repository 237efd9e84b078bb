import { describe, expect, it } from 'vitest';
import { isCompiledTemplate, isOwnScript } from '../../../src/ui/trusted-markup.ts';

describe('the markup that may be rendered', () => {
  it.each([
    '<div>',
    '<div class=_a_1><span></span><!$><!/>'.replace('<!/>', ''),
    '<li><div><p></p></div>',
    '<svg viewBox="0 0 32 32"fill=currentColor aria-hidden=true><path fill-rule=evenodd d="M1 2Z"></path><path d="M1">',
    '<input type=radio aria-label="Your name">',
    '<textarea readonly rows=10>',
    '<form novalidate><label></label><button type=submit>Save &amp; close',
    '<a href=/ class=x>Home</a>',
    '<!>',
  ])('takes the compiled template %s', (html) => {
    expect(isCompiledTemplate(html)).toBe(true);
  });

  it.each([
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '<div onclick=alert(1)>',
    '<div x="1"onclick="alert(1)">',
    '<svg><script>1</script></svg>',
    '<svg><use href="data:x"/></svg>',
    '<iframe srcdoc="x">',
    '<a href="javascript:alert(1)">',
    '<a href="//evil.example">',
    '<input type=image src=x>',
    '<form action=https://evil.example>',
    '<button formaction=x>',
    '<div style="background:url(x)">',
    '<style>*{}</style>',
    '<base href=/x>',
    '<meta http-equiv=refresh>',
    '<link rel=stylesheet href=x>',
    '<object data=x>',
    '<div <script>',
    '<div/onclick=alert(1)>',
    '<',
  ])('refuses %s', (html) => {
    expect(isCompiledTemplate(html)).toBe(false);
  });
});

describe('the scripts that may be run', () => {
  const origin = 'https://seal.example';
  it.each(['/sw.js', '/assets/engine.worker-BC0HruOC.js', 'https://seal.example/assets/a.js'])(
    'takes %s',
    (address) => {
      expect(isOwnScript(address, origin)).toBe(true);
    },
  );
  it.each([
    'https://evil.example/assets/a.js',
    '//evil.example/sw.js',
    'data:text/javascript,1',
    'blob:https://seal.example/1',
    'javascript:1',
    '/assets/../upload/x.js',
    '/files/x.js',
    'http://[',
  ])('refuses %s', (address) => {
    expect(isOwnScript(address, origin)).toBe(false);
  });
});
