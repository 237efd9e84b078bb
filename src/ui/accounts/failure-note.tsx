import CircleAlert from 'lucide-solid/icons/circle-alert';
import { type JSX, Show } from 'solid-js';
import styles from './form-page.module.css';

/** Why something did not work. Always there, so that those who listen hear it when it comes. */
export function FailureNote(props: { sentence: string | undefined }): JSX.Element {
  return (
    <div role="alert">
      <Show when={props.sentence}>
        {(sentence) => (
          <p class={styles.failure}>
            <CircleAlert size={18} aria-hidden="true" />
            <span>{sentence()}</span>
          </p>
        )}
      </Show>
    </div>
  );
}
