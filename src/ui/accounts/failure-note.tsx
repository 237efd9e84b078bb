import CircleAlert from 'lucide-solid/icons/circle-alert';
import { type JSX, Show } from 'solid-js';
import styles from './form-page.module.css';

/** Why something did not work. Drawn anew for each failure, so that the same one is read out again when it comes again. */
export function FailureNote(props: { failure: { readonly sentence: string } | undefined }): JSX.Element {
  return (
    <Show keyed when={props.failure}>
      {(failure) => (
        <p class={styles.failure} role="alert">
          <CircleAlert size={18} aria-hidden="true" />
          <span>{failure.sentence}</span>
        </p>
      )}
    </Show>
  );
}
