import { type Accessor, createSignal, type JSX, onCleanup } from 'solid-js';
import * as Y from 'yjs';
import { ROOT_NAME } from '../../wire/document.ts';
import { strings } from '../strings.ts';
import styles from './document-page.module.css';
import { plainText } from './editor/plain-text.ts';

function createPlainText(doc: Y.Doc): Accessor<string> {
  const read = (): string => plainText(doc.get(ROOT_NAME, Y.XmlText) as Y.XmlText);
  const [text, setText] = createSignal(read());
  const update = (): void => {
    setText(read());
  };
  doc.on('update', update);
  onCleanup(() => doc.off('update', update));
  return text;
}

/** In place of the editor where it could not show the document: the words at least, to read. */
export function BrokenDocument(props: { doc: Y.Doc }): JSX.Element {
  const text = createPlainText(props.doc);
  return (
    <main class={styles.broken}>
      <div role="alert">
        <h2 class={styles.brokenHeading}>{strings.failures.broken}</h2>
        <p class={styles.brokenBody}>{strings.failures.brokenBody}</p>
      </div>
      <section class={styles.brokenText} aria-label={strings.editor.text}>
        {text()}
      </section>
    </main>
  );
}
