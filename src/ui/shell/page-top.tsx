import type { JSX } from 'solid-js';
import { AppBanners } from '../accounts/app-banners.tsx';
import styles from './page.module.css';
import { Wordmark } from './wordmark.tsx';

/** The top of a page: what concerns the whole app, the way home, and what the page puts at the other end. */
export function PageTop(props: { wide?: boolean; children?: JSX.Element }): JSX.Element {
  return (
    <header>
      <AppBanners />
      <div class={styles.top} classList={{ [styles.wide ?? '']: props.wide ?? false }}>
        <Wordmark />
        {props.children}
      </div>
    </header>
  );
}
