import * as DropdownMenu from '@kobalte/core/dropdown-menu';
import Ellipsis from 'lucide-solid/icons/ellipsis';
import type { JSX } from 'solid-js';
import { buttonClass } from './button.tsx';
import styles from './menu.module.css';

/** The less frequent things that can be done with something in a list, behind one button. */
export function OptionsMenu(props: { label: string; class?: string | undefined; children: JSX.Element }): JSX.Element {
  return (
    <DropdownMenu.Root gutter={4} modal={false} placement="bottom-end">
      <DropdownMenu.Trigger class={`${buttonClass('quiet', 'icon')} ${props.class ?? ''}`} aria-label={props.label}>
        <Ellipsis size={18} aria-hidden="true" />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content class={styles.menu}>{props.children}</DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

export function MenuItem(props: { danger?: boolean; onSelect: () => void; children: JSX.Element }): JSX.Element {
  return (
    <DropdownMenu.Item
      class={styles.item}
      classList={{ [styles.danger ?? '']: props.danger ?? false }}
      onSelect={() => props.onSelect()}
    >
      {props.children}
    </DropdownMenu.Item>
  );
}
