import * as Tooltip from '@kobalte/core/tooltip';
import { type JSX, Show } from 'solid-js';
import styles from './hint.module.css';

/** A trigger to be spread on the element that is explained, see Kobalte's `as`. */
export const HintTrigger = Tooltip.Trigger;

/** A short label beside a control that shows only an icon, with its keyboard shortcut. */
export function Hint(props: { label: string; keys?: string | undefined; children: JSX.Element }): JSX.Element {
  return (
    <Tooltip.Root openDelay={500} closeDelay={0} gutter={6}>
      {props.children}
      <Tooltip.Portal>
        <Tooltip.Content class={styles.hint}>
          {props.label}
          <Show when={props.keys}>
            <span class={styles.keys}>{props.keys}</span>
          </Show>
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
