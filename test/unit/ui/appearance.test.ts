import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { APPEARANCE_KEY, applyAppearance } from '../../../src/ui/appearance.ts';

const SCRIPT = readFileSync(new URL('../../../public/first-paint.js', import.meta.url), 'utf8');

function makePage() {
  const kept = new Map<string, string>();
  return {
    root: { dataset: {} as DOMStringMap },
    storage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    },
  };
}

/** What the page's first script does, on a page of our own. */
const paintFirst = ({ root, storage }: { root: object; storage: object }): void =>
  new Function('localStorage', 'document', SCRIPT)(storage, { documentElement: root });

describe('the appearance', () => {
  it.each(['light', 'dark'] as const)('%s is there at the next first paint', (appearance) => {
    const page = makePage();
    applyAppearance(appearance, page.root, page.storage);
    expect(page.root.dataset.theme).toBe(appearance);
    const next = { root: { dataset: {} as DOMStringMap }, storage: page.storage };
    paintFirst(next);
    expect(next.root.dataset.theme).toBe(appearance);
  });

  it('of the system leaves nothing behind', () => {
    const page = makePage();
    applyAppearance('dark', page.root, page.storage);
    applyAppearance('system', page.root, page.storage);
    expect(page.root.dataset.theme).toBeUndefined();
    expect(page.storage.getItem(APPEARANCE_KEY)).toBeNull();
  });

  it('takes nothing else from storage', () => {
    const page = makePage();
    page.storage.setItem(APPEARANCE_KEY, 'purple');
    paintFirst(page);
    expect(page.root.dataset.theme).toBeUndefined();
  });

  it('works where storage is denied', () => {
    const page = makePage();
    const denied = () => {
      throw new Error('denied');
    };
    applyAppearance('dark', page.root, { setItem: denied, removeItem: denied });
    expect(page.root.dataset.theme).toBe('dark');
    expect(() => paintFirst({ root: page.root, storage: { getItem: denied } })).not.toThrow();
  });
});
