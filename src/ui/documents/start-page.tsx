import { useNavigate } from '@solidjs/router';
import Plus from 'lucide-solid/icons/plus';
import { createEffect, createSignal, type JSX, Show } from 'solid-js';
import { Button, type ButtonShape } from '../controls/button.tsx';
import { ProfileButton } from '../profile/profile-button.tsx';
import { useSession } from '../services.ts';
import { ProblemBanner } from '../shell/problem-banner.tsx';
import { Seal } from '../shell/seal.tsx';
import { Wordmark } from '../shell/wordmark.tsx';
import { explainReason, strings } from '../strings.ts';
import { DocumentList } from './document-list.tsx';
import styles from './start-page.module.css';

/** Makes a document and goes there. `failure` is a sentence for the person, if it did not work. */
function createNewDocument() {
  const session = useSession();
  const navigate = useNavigate();
  const [failure, setFailure] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const create = async (): Promise<void> => {
    setBusy(true);
    const outcome = await session.client.createDocument();
    setBusy(false);
    if (outcome.ok) navigate(`/d/${outcome.value}`);
    else setFailure(`${strings.failures.createFailed}. ${explainReason(outcome.reason)}`);
  };
  return { create, failure, busy };
}

export function StartPage(): JSX.Element {
  const session = useSession();
  const creation = createNewDocument();
  createEffect(() => {
    document.title = strings.product;
  });
  const NewDocument = (props: { shape: ButtonShape }): JSX.Element => (
    <Button look="primary" shape={props.shape} disabled={creation.busy()} onClick={() => void creation.create()}>
      <Plus size={18} aria-hidden="true" />
      {strings.start.create}
    </Button>
  );
  return (
    <>
      <header>
        <ProblemBanner />
        <div class={styles.header}>
          <Wordmark />
          <ProfileButton />
        </div>
      </header>
      <main class={styles.main}>
        <Show
          when={session.engine.rooms.length > 0}
          fallback={
            <div class={styles.hero}>
              <div class={styles.watermark}>
                <Seal size={416} />
              </div>
              <h1 class={styles.display}>{strings.start.emptyHeading}</h1>
              <p class={styles.lead}>{strings.start.emptyBody}</p>
              <div class={styles.begin}>
                <NewDocument shape="large" />
              </div>
            </div>
          }
        >
          <div class={styles.top}>
            <h1 class={styles.heading}>{strings.start.heading}</h1>
            <NewDocument shape="normal" />
          </div>
          <DocumentList />
          <p class={styles.footnote}>{strings.start.footnote}</p>
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
