import * as DropdownMenu from '@kobalte/core/dropdown-menu';
import Check from 'lucide-solid/icons/check';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import { createUniqueId, For, type JSX, Show } from 'solid-js';
import { buttonClass } from './button.tsx';
import styles from './menu.module.css';

type Props = {
  label: string;
  class?: string | undefined;
  /** In a dialog, which hides all that is outside of it and not modal. */
  modal?: boolean;
  /** Its button: where the focus may have to go back to. */
  ref?: ((button: HTMLElement) => void) | undefined;
  children: JSX.Element;
};

/** The less frequent things that can be done with something in a list, behind one button. */
export function OptionsMenu(props: Props): JSX.Element {
  return (
    <DropdownMenu.Root gutter={4} modal={props.modal ?? false} placement="bottom-end">
      <DropdownMenu.Trigger
        ref={(button: HTMLElement) => props.ref?.(button)}
        class={`${buttonClass('quiet', 'icon')} ${props.class ?? ''}`}
        aria-label={props.label}
      >
        <Ellipsis size={18} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
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
