import Check from 'lucide-solid/icons/check';
import CircleAlert from 'lucide-solid/icons/circle-alert';
import CloudOff from 'lucide-solid/icons/cloud-off';
import HardDrive from 'lucide-solid/icons/hard-drive';
import Pencil from 'lucide-solid/icons/pencil-line';
import { type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { strings } from '../strings.ts';
import styles from './save-indicator.module.css';
import type { SaveState } from './save-state.ts';

const ICONS = { good: Check, kept: HardDrive, busy: Pencil, bad: CircleAlert };

/** Where the person's changes are. `live` where it is about the document on screen: then changes are read out. */
export function SaveIndicator(props: { state: SaveState; offline: boolean; live?: boolean }): JSX.Element {
  return (
    <span class={`${styles.state} ${props.state.tone === 'bad' ? styles.bad : ''}`}>
      <Dynamic component={ICONS[props.state.tone]} size={14} aria-hidden="true" />
      <Show when={props.live} fallback={<span class={styles.text}>{props.state.text}</span>}>
        <span class={styles.text} role="status" aria-live="polite" aria-label={strings.saved.label}>
          {props.state.text}
        </span>
      </Show>
      <Show when={props.offline}>
        <CloudOff class={styles.aside ?? ''} size={14} aria-hidden="true" />
        <span>{strings.saved.offlineAside}</span>
      </Show>
    </span>
  );
}
