import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSafeAddress, readAddress } from '../../../src/ui/documents/editor/link-address.ts';

describe('addresses that may be linked to', () => {
  it.each(['https://example.org/a?b#c', 'http://localhost:8080/', 'mailto:ada@example.org', 'tel:+49123'])(
    'takes %s',
    (address) => {
      expect(isSafeAddress(address)).toBe(true);
      expect(readAddress(address)).toBe(address);
    },
  );

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'java\nscript:alert(1)',
    ' javascript:alert(1)',
    '\u0001javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    '',
    'not a link',
    `https://example.org/${'a'.repeat(3_000)}`,
  ])('refuses %j', (address) => {
    expect(readAddress(address)).toBeNull();
    expect(isSafeAddress(address)).toBe(false);
  });

  it('adds what people leave out', () => {
    expect(readAddress('example.org')).toBe('https://example.org');
    expect(readAddress('  example.org:8443/x ')).toBe('https://example.org:8443/x');
    expect(readAddress('localhost:3000')).toBe('https://localhost:3000');
    expect(readAddress('ada@example.org')).toBe('mailto:ada@example.org');
  });

  it('never yields an address that is not safe', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.constantFrom('javascript:', 'data:').chain((scheme) => fc.string().map((rest) => scheme + rest)),
        ),
        (typed) => {
          const address = readAddress(typed);
          expect(address === null || isSafeAddress(address)).toBe(true);
        },
      ),
    );
  });
});
