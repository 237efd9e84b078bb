import { describe, expect, it } from 'vitest';
import { nextControl } from '../../../src/ui/documents/editor/roving.ts';
import { CHORDS, type Chord, describeChord, isChord } from '../../../src/ui/documents/editor/shortcuts.ts';

const press = (key: string, held: Partial<KeyboardEvent> = {}) => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('keyboard shortcuts', () => {
  it('use Ctrl, on Apple’s machines Cmd', () => {
    expect(isChord(press('k', { ctrlKey: true }), CHORDS.link, false)).toBe(true);
    expect(isChord(press('k', { metaKey: true }), CHORDS.link, false)).toBe(false);
    expect(isChord(press('k', { metaKey: true }), CHORDS.link, true)).toBe(true);
    expect(isChord(press('k', { ctrlKey: true }), CHORDS.link, true)).toBe(false);
  });

  it('find digits by their place, whatever the layout types there', () => {
    expect(isChord(press('/', { code: 'Digit7', ctrlKey: true, shiftKey: true }), CHORDS.number, false)).toBe(true);
  });

  it('find signs by what is typed, with or without Shift', () => {
    expect(isChord(press('/', { ctrlKey: true }), CHORDS.shortcuts, false)).toBe(true);
    expect(isChord(press('/', { ctrlKey: true, shiftKey: true }), CHORDS.shortcuts, false)).toBe(true);
    expect(isChord(press('?', { shiftKey: true }), { key: '?' }, false)).toBe(true);
  });

  it('leave AltGr to the characters that it types', () => {
    const event = press('²', {
      code: 'Digit2',
      ctrlKey: true,
      altKey: true,
      getModifierState: (key) => key === 'AltGraph',
    });
    expect(isChord(event, CHORDS.h2, false)).toBe(false);
  });

  it('are all different', () => {
    const all: readonly Chord[] = Object.values(CHORDS);
    expect(new Set(all.map((chord) => describeChord(chord, false))).size).toBe(all.length);
  });

  it('are written as the system writes them', () => {
    expect(describeChord(CHORDS.redo, false)).toBe('Ctrl+Shift+Z');
    expect(describeChord(CHORDS.redo, true)).toBe('⇧⌘Z');
    expect(describeChord(CHORDS.toolbar, false)).toBe('Alt+F10');
  });
});

describe('the toolbar', () => {
  it('is walked with the arrow keys, round and round', () => {
    expect(nextControl('ArrowRight', 0, 3)).toBe(1);
    expect(nextControl('ArrowRight', 2, 3)).toBe(0);
    expect(nextControl('ArrowLeft', 0, 3)).toBe(2);
    expect(nextControl('End', 0, 3)).toBe(2);
    expect(nextControl('Home', 2, 3)).toBe(0);
    expect(nextControl('Tab', 0, 3)).toBeUndefined();
    expect(nextControl('Home', 0, 0)).toBeUndefined();
  });
});
