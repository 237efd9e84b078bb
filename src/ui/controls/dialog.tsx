import * as Kobalte from '@kobalte/core/dialog';
import X from 'lucide-solid/icons/x';
import { type JSX, Show } from 'solid-js';
import { strings } from '../strings.ts';
import { buttonClass } from './button.tsx';
import styles from './dialog.module.css';

const FIRST_FIELD = 'input:not([hidden], [readonly], [type="radio"]), textarea:not([readonly])';

type Props = {
  open: boolean;
  onClose: () => void;
  heading: string;
  body?: string | undefined;
  wide?: boolean | undefined;
  /** Where the focus goes when the dialog closes; by default back to where it was. */
  onCloseFocus?: (() => void) | undefined;
  children: JSX.Element;
};

/** What had the focus; of a menu, which is gone by the time the dialog closes, its button. */
function openerOf(focused: Element | null): HTMLElement | null {
  const menu = focused?.closest('[role="menu"]');
  const opener = menu ? document.getElementById(menu.getAttribute('aria-labelledby') ?? '') : focused;
  return opener instanceof HTMLElement ? opener : null;
}

export function Dialog(props: Props): JSX.Element {
  const onCloseAutoFocus = (event: Event): void => {
    event.preventDefault();
    if (props.onCloseFocus === undefined) opener?.focus();
    else props.onCloseFocus();
  };
  let content: HTMLElement | undefined;
  // Kobalte gives the focus back to a trigger of its own only, and these dialogs have none.
  let opener: HTMLElement | null = null;
  // What is asked comes first; by default the focus would be on the button that closes.
  const onOpenAutoFocus = (event: Event): void => {
    opener = openerOf(document.activeElement);
    const field = content?.querySelector<HTMLElement>(FIRST_FIELD);
    if (!field) return;
    event.preventDefault();
    field.focus();
  };
  return (
    <Kobalte.Root open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Kobalte.Portal>
        <Kobalte.Overlay class={styles.backdrop} />
        <div class={styles.place}>
          <Kobalte.Content
            class={styles.dialog}
            classList={{ [styles.wide ?? '']: props.wide ?? false }}
            ref={(element: HTMLElement) => {
              content = element;
            }}
            onOpenAutoFocus={onOpenAutoFocus}
            onCloseAutoFocus={onCloseAutoFocus}
          >
            <div class={styles.head}>
              <Kobalte.Title class={styles.title}>{props.heading}</Kobalte.Title>
              <Kobalte.CloseButton class={`${buttonClass('quiet', 'icon')} ${styles.close}`} aria-label={strings.close}>
                <X size={18} aria-hidden="true" />
              </Kobalte.CloseButton>
            </div>
            <Show when={props.body}>
              <Kobalte.Description class={styles.body}>{props.body}</Kobalte.Description>
            </Show>
            <div class={styles.content}>{props.children}</div>
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte.Root>
  );
}
