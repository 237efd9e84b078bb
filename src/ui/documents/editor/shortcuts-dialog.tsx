import { For, type JSX } from 'solid-js';
import { Dialog } from '../../controls/dialog.tsx';
import { strings } from '../../strings.ts';
import { CHORDS, describeChord, isApple } from './shortcuts.ts';
import styles from './shortcuts-dialog.module.css';

type Line = { readonly what: string; readonly keys: string; readonly typed?: boolean };

function linesByGroup(apple: boolean): readonly { heading: string; lines: readonly Line[] }[] {
  const words = strings.editor;
  const own = strings.shortcuts;
  const line = (what: string, chord: keyof typeof CHORDS): Line => ({
    what,
    keys: describeChord(CHORDS[chord], apple),
  });
  const typed = (what: string, keys: string): Line => ({ what, keys, typed: true });
  return [
    {
      heading: own.writing,
      lines: [
        line(words.undo, 'undo'),
        line(words.redo, 'redo'),
        line(words.bold, 'bold'),
        line(words.italic, 'italic'),
        line(words.underline, 'underline'),
        line(words.strikethrough, 'strikethrough'),
        line(words.inlineCode, 'code'),
        line(words.link, 'link'),
      ],
    },
    {
      heading: own.blocks,
      lines: [
        line(words.styles.paragraph, 'paragraph'),
        line(words.styles.h1, 'h1'),
        line(words.styles.h2, 'h2'),
        line(words.styles.h3, 'h3'),
        line(words.number, 'number'),
        line(words.bullet, 'bullet'),
        line(words.check, 'check'),
        { what: own.nested, keys: 'Tab' },
      ],
    },
    {
      heading: own.around,
      lines: [
        line(own.toolbar, 'toolbar'),
        { what: own.leave, keys: own.inOrder('Esc', 'Tab') },
        { what: own.openLink, keys: apple ? '⌘ click' : 'Ctrl click' },
        line(words.shortcuts, 'shortcuts'),
      ],
    },
    {
      heading: own.markdown,
      lines: [
        typed(words.styles.h1, '# '),
        typed(words.bullet, '- '),
        typed(words.number, '1. '),
        typed(words.check, '[ ] '),
        typed(words.styles.quote, '> '),
        typed(words.styles.code, '``` '),
        typed(words.bold, '**text**'),
        typed(words.link, '[text](address)'),
      ],
    },
  ];
}

export function ShortcutsDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  return (
    <Dialog wide open={props.open} onClose={props.onClose} heading={strings.shortcuts.heading}>
      <div class={styles.groups}>
        <For each={linesByGroup(isApple())}>
          {(group) => (
            <section class={styles.group}>
              <h3 class={styles.heading}>{group.heading}</h3>
              <ul class={styles.list}>
                <For each={group.lines}>
                  {(line) => (
                    <li class={styles.line}>
                      <span>{line.what}</span>
                      <kbd class={styles.keys} classList={{ [styles.code ?? '']: line.typed ?? false }}>
                        {line.keys}
                      </kbd>
                    </li>
                  )}
                </For>
              </ul>
            </section>
          )}
        </For>
      </div>
    </Dialog>
  );
}
