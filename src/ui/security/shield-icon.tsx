import Shield from 'lucide-solid/icons/shield';
import ShieldAlert from 'lucide-solid/icons/shield-alert';
import ShieldCheck from 'lucide-solid/icons/shield-check';
import ShieldQuestion from 'lucide-solid/icons/shield-question-mark';
import ShieldX from 'lucide-solid/icons/shield-x';
import type { JSX } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import styles from './security.module.css';
import type { ShieldLevel } from './shield-state.ts';

/** Told apart by its form too, not by colour alone. */
const ICONS = {
  calm: ShieldCheck,
  neutral: Shield,
  attention: ShieldAlert,
  alarm: ShieldX,
  unknown: ShieldQuestion,
} satisfies Record<ShieldLevel, unknown>;

/** Decorative: whoever uses it says the state in text. */
export function ShieldIcon(props: { level: ShieldLevel; size: number }): JSX.Element {
  return (
    <span class={`${styles.icon} ${styles[props.level]}`}>
      <Dynamic component={ICONS[props.level]} size={props.size} aria-hidden="true" />
    </span>
  );
}
