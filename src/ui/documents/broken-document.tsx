import { createMemo, type JSX } from 'solid-js';
import * as Y from 'yjs';
import { ROOT_NAME } from '../../wire/document.ts';
import { strings } from '../strings.ts';
import styles from './document-page.module.css';
import { plainText } from './editor/plain-text.ts';

/** In place of the editor where it could not show the document: the words at least, to read. */
export function BrokenDocument(props: { doc: Y.Doc }): JSX.Element {
  const text = createMemo(() => plainText(props.doc.get(ROOT_NAME, Y.XmlText) as Y.XmlText));
  return (
    <main class={styles.broken}>
      <div role="alert">
        <h1 class={styles.brokenHeading}>{strings.failures.broken}</h1>
        <p class={styles.brokenBody}>{strings.failures.brokenBody}</p>
      </div>
      <section class={styles.brokenText} aria-label={strings.editor.text}>
        {text()}
      </section>
    </main>
  );
}
