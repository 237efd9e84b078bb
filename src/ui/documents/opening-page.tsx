import { type JSX, Show } from 'solid-js';
import { AppBanners } from '../accounts/app-banners.tsx';
import { useSession } from '../services.ts';
import { Wordmark } from '../shell/wordmark.tsx';
import { strings } from '../strings.ts';
import styles from './document-page.module.css';

/** While a document comes from the network for the first time. From the device it is there before this can be read. */
export function OpeningPage(): JSX.Element {
  const session = useSession();
  return (
    <>
      <header class={styles.top}>
        <div class={styles.header}>
          <Wordmark />
        </div>
        <AppBanners />
      </header>
      <main class={styles.opening}>
        <h1 class="visually-hidden">{strings.product}</h1>
        <p role="status">{strings.editor.opening}</p>
        <Show when={session.engine.connection !== 'online'}>
          <p>{strings.editor.openingOffline}</p>
        </Show>
      </main>
    </>
  );
}
