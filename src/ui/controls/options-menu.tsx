import * as DropdownMenu from '@kobalte/core/dropdown-menu';
import Check from 'lucide-solid/icons/check';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import { createUniqueId, For, type JSX, Show } from 'solid-js';
import { type ButtonLook, buttonClass } from './button.tsx';
import styles from './menu.module.css';

type Props = {
  label: string;
  class?: string | undefined;
  /** Its button: where the focus may have to go back to. */
  ref?: ((button: HTMLElement) => void) | undefined;
  look?: ButtonLook;
  icon?: JSX.Element;
  children: JSX.Element;
};

/** A dialog keeps the focus, and hides from those who listen what is outside of it; but for what bears these marks of Kobalte's. */
const showAboveDialogs = (portal: Element): void => {
  portal.setAttribute('data-kb-top-layer', '');
  portal.setAttribute('data-react-aria-top-layer', 'true');
};

/**
 * Kobalte brings the button into view before it opens the menu by keyboard. Where a dialog keeps the page from scrolling, it never
 * comes to an end with that: it takes a scrolling element for the one that this scrolls in (`scrollIntoViewport`, 0.13.14). So
 * for this moment the page is told not to be kept by `hidden`.
 */
function unlockScrolling(): void {
  const root = document.documentElement;
  if (getComputedStyle(root).overflow !== 'hidden') return;
  const { overflow } = root.style;
  root.style.overflow = 'clip';
  queueMicrotask(() => {
    root.style.overflow = overflow;
  });
}

/** The less frequent things that can be done with something in a list, behind one button. */
export function OptionsMenu(props: Props): JSX.Element {
  return (
    <DropdownMenu.Root gutter={4} modal={false} placement="bottom-end">
      <DropdownMenu.Trigger
        ref={(button: HTMLElement) => props.ref?.(button)}
        class={`${buttonClass(props.look ?? 'quiet', 'icon')} ${props.class ?? ''}`}
        aria-label={props.label}
        onKeyDown={unlockScrolling}
      >
        {props.icon ?? <Ellipsis size={18} aria-hidden="true" />}
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal ref={showAboveDialogs}>
        <DropdownMenu.Content class={styles.menu}>{props.children}</DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

type ItemProps = {
  danger?: boolean;
  /** Why this cannot be done now. It stays where it is, so that everybody comes by the reason. */
  blocked?: string | undefined;
  onSelect: () => void;
  children: JSX.Element;
};

export function MenuItem(props: ItemProps): JSX.Element {
  const id = createUniqueId();
  const isBlocked = (): boolean => props.blocked !== undefined;
  return (
    <>
      <DropdownMenu.Item
        class={styles.item}
        classList={{ [styles.danger ?? '']: props.danger ?? false }}
        closeOnSelect={!isBlocked()}
        aria-disabled={isBlocked() ? 'true' : undefined}
        aria-describedby={isBlocked() ? id : undefined}
        onSelect={() => !isBlocked() && props.onSelect()}
      >
        {props.children}
      </DropdownMenu.Item>
      <Show when={props.blocked}>
        <span id={id} class={styles.reason}>
          {props.blocked}
        </span>
      </Show>
    </>
  );
}

export type MenuChoice<T extends string> = { readonly id: T; readonly name: string };

/** One of several, within a menu. */
export function MenuChoices<T extends string>(props: {
  label: string;
  value: T;
  choices: readonly MenuChoice<T>[];
  onChoose: (id: T) => void;
}): JSX.Element {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.GroupLabel class={styles.label}>{props.label}</DropdownMenu.GroupLabel>
      <DropdownMenu.RadioGroup value={props.value} onChange={(id) => props.onChoose(id as T)}>
        <For each={props.choices}>
          {(choice) => (
            <DropdownMenu.RadioItem class={styles.item} value={choice.id} closeOnSelect>
              <span class={styles.mark}>
                <DropdownMenu.ItemIndicator>
                  <Check size={16} aria-hidden="true" />
                </DropdownMenu.ItemIndicator>
              </span>
              <DropdownMenu.ItemLabel>{choice.name}</DropdownMenu.ItemLabel>
            </DropdownMenu.RadioItem>
          )}
        </For>
      </DropdownMenu.RadioGroup>
    </DropdownMenu.Group>
  );
}

export function MenuSeparator(): JSX.Element {
  return <DropdownMenu.Separator class={styles.line} />;
}
