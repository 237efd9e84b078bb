/** What the documentation says is shown by a test names one that is there. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8').replaceAll('’', "'");

const filesUnder = (folder: string): string[] =>
  readdirSync(`${ROOT}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    // Packages of the benchmark's own.
    if (entry.name === 'node_modules') return [];
    return entry.isDirectory() ? filesUnder(path) : [path];
  });

const TESTS = filesUnder('test').filter((path) => /\.(test|e2e|bench)\.ts$/.test(path));
const TEST_TEXT = TESTS.map(read).join('\n');
const RULES = new Set([...read('docs/protocol.md').matchAll(/\*\*\[([A-Z]{2}\d+)\]\*\*/g)].map(([, rule]) => rule));

/** What is written for a change that is not here yet stands between these marks, and is looked at when they go. */
const AHEAD = /<!-- ahead:[^>]*-->[\s\S]*?<!-- end of what is ahead -->/g;
const PAGES = filesUnder('docs')
  .filter((path) => path.endsWith('.md'))
  .map((path) => ({ path, text: read(path).replace(AHEAD, '') }));

const exists = (path: string): boolean => {
  try {
    return statSync(`${ROOT}${path}`).size >= 0;
  } catch {
    return false;
  }
};

/** A test file by its path, or by its name alone where that is clear. */
const testFile = (name: string): string | undefined => {
  if (name.includes('/')) return exists(name) ? name : undefined;
  const found = TESTS.filter((path) => path.endsWith(`/${name}`));
  return found[0];
};

describe.each(PAGES)('$path', ({ text }) => {
  it('names files and folders of tests that are there', () => {
    const named = [...text.matchAll(/`(test\/[^`\s<>…]*)`/g)].map(([, path = '']) => path);
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });

  it('names rules that docs/protocol.md has', () => {
    const named = [...text.matchAll(/\[([A-Z]{2}\d+)\]/g)].map(([, rule = '']) => rule);
    expect(named.filter((rule) => !RULES.has(rule))).toEqual([]);
  });
});

/** Rows of the tables whose last column is "shown by": what is claimed, and that column. */
const claims = PAGES.flatMap(({ path, text }) => {
  let isShown = false;
  return text.split('\n').flatMap((line) => {
    const cells = line.split('|').slice(1, -1);
    if (cells.length < 2) isShown = false;
    const last = cells.at(-1)?.trim() ?? '';
    if (last === 'shown by') isShown = true;
    return isShown && last !== 'shown by' && !last.startsWith('---')
      ? [{ page: path, claim: cells[0]?.trim() ?? '', shownBy: last }]
      : [];
  });
});

describe('a claim', () => {
  it('is found in the tables', () => {
    expect(claims.length).toBeGreaterThan(50);
  });

  it.each(claims)('is shown by a test: $claim', ({ shownBy }) => {
    const tests = [...shownBy.matchAll(/`([^`]+\.ts)`(?: \(([^)]*)\))?/g)];
    const rules = [...shownBy.matchAll(/\[([A-Z]{2}\d+)\]/g)].map(([, rule = '']) => rule);
    expect(tests.length + rules.length).toBeGreaterThan(0);
    expect(rules.filter((rule) => !TEST_TEXT.includes(`[${rule}]`))).toEqual([]);
    for (const [, name = '', parts] of tests) {
      const file = testFile(name);
      if (!file) expect.fail(`${name} is not there`);
      for (const part of parts?.split('; ') ?? []) expect(read(file), `${name} says "${part}"`).toContain(part);
    }
  });
});
