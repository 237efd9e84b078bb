import { mergeRegister } from 'lexical';
import { createSignal, type JSX, onCleanup, onMount, Show } from 'solid-js';
import * as Y from 'yjs';
import { ROOT_NAME, TITLE_NAME } from '../../../wire/document.ts';
import { strings } from '../../strings.ts';
import styles from '../earlier-parts.module.css';
import { registerCheckListRoles } from './check-lists.ts';
import { showText } from './collaboration.ts';
import { registerLinkClicks } from './link-clicks.ts';
import { makeEditor } from './make-editor.ts';
import { plainText } from './plain-text.ts';
import text from './text.module.css';

/** The text of a closed part as it was written, to be read. `state`: a Yjs update. */
export function PartText(props: { state: Uint8Array }): JSX.Element {
  let host!: HTMLDivElement;
  const doc = new Y.Doc();
  Y.applyUpdate(doc, props.state);
  const title = doc.getText(TITLE_NAME).toString();
  const [broken, setBroken] = createSignal(false);
  const onError = (): void => void setBroken(true);
  const editor = makeEditor(onError);
  onMount(() => {
    editor.setRootElement(host);
    const unregister = mergeRegister(
      registerLinkClicks(host, () => false),
      registerCheckListRoles(editor),
    );
    const hide = showText({ editor, doc, id: 'earlier-part', onError });
    onCleanup(() => {
      hide();
      unregister();
      editor.setRootElement(null);
      editor.dispose();
      doc.destroy();
    });
  });
  return (
    <div class={styles.part}>
      <Show when={title !== ''}>
        <p class={styles.title}>{title}</p>
      </Show>
      {/* biome-ignore lint/a11y/useSemanticElements: rich text cannot live in a textarea */}
      <div
        ref={host}
        class={`${text.text} ${styles.text}`}
        classList={{ [styles.broken ?? '']: broken() }}
        role="textbox"
        tabIndex={0}
        aria-multiline="true"
        aria-readonly="true"
        aria-label={strings.parts.text}
      />
      {/* What no editor can show has words all the same. */}
      <Show when={broken()}>
        <p class={styles.plain}>{plainText(doc.get(ROOT_NAME, Y.XmlText) as Y.XmlText)}</p>
      </Show>
    </div>
  );
}
