import Check from 'lucide-solid/icons/check';
import { type JSX, Show } from 'solid-js';
import styles from './section.module.css';

/** That something was done, where no change on the screen shows it. */
export function DoneNote(props: { text: string | undefined }): JSX.Element {
  return (
    <div role="status">
      <Show when={props.text}>
        <p class={styles.done}>
          <Check size={18} aria-hidden="true" />
          <span>{props.text}</span>
        </p>
      </Show>
    </div>
  );
}
