import { type JSX, Show } from 'solid-js';
import { Button, type ButtonLook } from './button.tsx';
import styles from './submit-button.module.css';

type Props = { busy: boolean; look?: ButtonLook; class?: string | undefined; children: JSX.Element };

/**
 * Sends a form. While it is under way the button keeps its place, its words and the focus, and only says that it is busy:
 * whoever listens must not be thrown back to the top of the page.
 */
export function SubmitButton(props: Props): JSX.Element {
  return (
    <Button
      type="submit"
      look={props.look ?? 'primary'}
      class={`${styles.button} ${props.class ?? ''}`}
      aria-disabled={props.busy}
      aria-busy={props.busy}
      onClick={(event) => props.busy && event.preventDefault()}
    >
      {props.children}
      <Show when={props.busy}>
        <span class={styles.bar} />
      </Show>
    </Button>
  );
}
