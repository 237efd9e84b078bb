import { mergeRegister } from 'lexical';
import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import { strings } from '../../strings.ts';
import type { Mount } from '../mount.ts';
import { type Caret, restoreCaret } from './caret-memory.ts';
import { registerCheckListRoles } from './check-lists.ts';
import { bindText } from './collaboration.ts';
import { registerLinkClicks } from './link-clicks.ts';
import { LinkDialog } from './link-dialog.tsx';
import { makeEditor } from './make-editor.ts';
import { createPasteNotice } from './paste-notice.ts';
import { focusTabStop } from './roving.ts';
import { isApple, runShortcut } from './shortcuts.ts';
import styles from './text.module.css';
import { Toolbar } from './toolbar.tsx';
import { createWriting, type Writing } from './writing.ts';

type Props = {
  mount: Mount;
  writable: boolean;
  /** Where to go on writing, if this editor takes the place of another one. */
  caret: Caret | null;
  /** What stands above the toolbar and stays in view with it. */
  head: (focusText: () => void) => JSX.Element;
  headClass: string | undefined;
  onShortcuts: () => void;
  /** The editor failed. Nothing is written any more when this is called. */
  onBroken: (error: unknown) => void;
};

/** The text of a document, and the toolbar for those who may write. Lives as long as its mount. */
export function TextEditor(props: Props): JSX.Element {
  let host!: HTMLDivElement;
  let cursors!: HTMLDivElement;
  let toolbar: HTMLElement | undefined;
  const [writing, setWriting] = createSignal<Writing>();
  const [broken, setBroken] = createSignal(false);
  const [linking, setLinking] = createSignal(false);
  const writable = (): boolean => props.writable && !broken();

  const onError = (error: unknown): void => {
    if (broken()) return;
    // Stops the writing before anything else can happen: what is on screen no longer stands for the document.
    setBroken(true);
    props.onBroken(error);
  };
  const editor = makeEditor(onError);

  onMount(() => {
    editor.setRootElement(host);
    const { doc, provider } = props.mount;
    const collaboration = bindText({ editor, doc, provider, id: `text-${doc.clientID}`, cursors, onError });
    const unregister = mergeRegister(
      registerLinkClicks(host, () => editor.isEditable()),
      registerCheckListRoles(editor),
    );
    setWriting(createWriting(editor, collaboration, writable));
    const { caret } = props;
    // When writing has been switched on: an editor that is not editable takes no focus.
    if (caret !== null) queueMicrotask(() => restoreCaret(collaboration.binding, caret));
    onCleanup(() => {
      unregister();
      collaboration.dispose();
      editor.setRootElement(null);
      editor.dispose();
    });
  });
  createPasteNotice(writing);

  const onKeyDown = (event: KeyboardEvent): void => {
    const current = writing();
    if (current === undefined || !writable()) return;
    const actions = {
      ...current.commands,
      editLink: () => setLinking(true),
      focusToolbar: () => toolbar && focusTabStop(toolbar),
    };
    if (runShortcut(event, actions, isApple())) event.preventDefault();
  };

  return (
    <>
      <header class={props.headClass}>
        {props.head(() => editor.focus())}
        <Show when={writable() && writing()}>
          {(current) => (
            <Toolbar
              writing={current()}
              onLink={() => setLinking(true)}
              onShortcuts={() => props.onShortcuts()}
              ref={(element) => {
                toolbar = element;
              }}
            />
          )}
        </Show>
      </header>
      <main class={styles.surface} hidden={broken()}>
        <Show when={writable() && writing()?.state().empty}>
          <p class={styles.placeholder} aria-hidden="true">
            {strings.editor.placeholder}
          </p>
        </Show>
        {/* biome-ignore lint/a11y/useSemanticElements: rich text cannot live in a textarea */}
        <div
          ref={host}
          class={styles.text}
          contentEditable={writable()}
          role="textbox"
          tabIndex={0}
          aria-multiline="true"
          aria-label={strings.editor.text}
          aria-readonly={writable() ? undefined : 'true'}
          aria-placeholder={writable() ? strings.editor.placeholder : undefined}
          spellcheck={writable()}
          onKeyDown={onKeyDown}
        />
        <div ref={cursors} class={styles.cursors} aria-hidden="true" />
      </main>
      <Show when={writing()}>
        {(current) => (
          <LinkDialog
            open={linking()}
            address={current().state().link}
            onClose={() => setLinking(false)}
            onSet={(address) => {
              setLinking(false);
              current().commands.setLink(address);
            }}
            onClosed={() => current().focus()}
          />
        )}
      </Show>
    </>
  );
}
