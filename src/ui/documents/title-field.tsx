import { type JSX, onCleanup, onMount } from 'solid-js';
import type * as Y from 'yjs';
import { MAX_TITLE_LENGTH } from '../../wire/document.ts';
import { strings } from '../strings.ts';
import styles from './document-page.module.css';
import { bindTitle } from './title.ts';

export function TitleField(props: { title: Y.Text; writable: boolean; onEnter: () => void }): JSX.Element {
  let input!: HTMLInputElement;
  onMount(() => onCleanup(bindTitle(input, props.title, () => props.writable)));
  return (
    <input
      ref={input}
      class={styles.title}
      aria-label={strings.editor.title}
      placeholder={strings.documents.untitled}
      maxLength={MAX_TITLE_LENGTH}
      readOnly={!props.writable}
      autocomplete="off"
      enterkeyhint="next"
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.isComposing) props.onEnter();
      }}
    />
  );
}
