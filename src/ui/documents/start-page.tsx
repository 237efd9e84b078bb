import { A } from '@solidjs/router';
import { createEffect, type JSX, Match, Show, Switch } from 'solid-js';
import { AccountButton } from '../home/account-button.tsx';
import { HomeDocuments } from '../home/home-documents.tsx';
import { Invitation } from '../home/invitation.tsx';
import { Landing } from '../home/landing.tsx';
import { ProfileButton } from '../profile/profile-button.tsx';
import { useSession } from '../services.ts';
import { PageTop } from '../shell/page-top.tsx';
import { strings } from '../strings.ts';
import { DocumentList } from './document-list.tsx';
import { createNewDocument } from './new-document.ts';
import { NewDocumentButton } from './new-document-button.tsx';
import styles from './start-page.module.css';

/** What Sealroom is, the documents of this device, or those of the account. */
export function StartPage(): JSX.Element {
  const session = useSession();
  const creation = createNewDocument();
  createEffect(() => {
    document.title = strings.product;
  });
  return (
    <>
      <PageTop>
        <Show when={session.engine.account} fallback={<ProfileButton />}>
          {(account) => <AccountButton account={account()} />}
        </Show>
      </PageTop>
      <main class={styles.main}>
        <Switch fallback={<Landing creation={creation} />}>
          <Match when={session.engine.account}>
            {(account) => (
              <HomeDocuments account={account()} newDocument={<NewDocumentButton creation={creation} withChoice />} />
            )}
          </Match>
          <Match when={session.engine.rooms.length > 0}>
            <div class={styles.top}>
              <h1 class={styles.heading}>{strings.start.heading}</h1>
              <NewDocumentButton creation={creation} />
            </div>
            <DocumentList />
            <Invitation />
          </Match>
        </Switch>
        <Show when={session.engine.account === null}>
          <p class={styles.foot}>
            <A href="/account/appearance">{strings.appearance.heading}</A>
          </p>
        </Show>
        <Show when={creation.failure()}>
          <p class={styles.error} role="alert">
            {creation.failure()}
          </p>
        </Show>
      </main>
    </>
  );
}
