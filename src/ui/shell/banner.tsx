import CircleAlert from 'lucide-solid/icons/circle-alert';
import Eye from 'lucide-solid/icons/eye';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import styles from './banner.module.css';

export type BannerTone = 'info' | 'warning' | 'danger';
export type BannerAction = { readonly label: string; readonly onClick: () => void };

const ICONS = { info: Eye, warning: TriangleAlert, danger: CircleAlert };

/** A strip below the header for a state that lasts. Dangers are announced at once. */
export function Banner(props: { tone: BannerTone; text: string; action?: BannerAction | undefined }): JSX.Element {
  return (
    <div class={`${styles.banner} ${styles[props.tone]}`} role={props.tone === 'danger' ? 'alert' : 'note'}>
      <span class={styles.text}>
        <Dynamic component={ICONS[props.tone]} size={16} aria-hidden="true" />
        {props.text}
      </span>
      <Show when={props.action}>
        {(action) => (
          <button type="button" class={styles.action} onClick={() => action().onClick()}>
            {action().label}
          </button>
        )}
      </Show>
    </div>
  );
}
