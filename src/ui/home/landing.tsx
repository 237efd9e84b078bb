import { A } from '@solidjs/router';
import { For, type JSX } from 'solid-js';
import { buttonClass } from '../controls/button.tsx';
import type { NewDocument } from '../documents/new-document.ts';
import { Seal } from '../shell/seal.tsx';
import { strings } from '../strings.ts';
import styles from './home.module.css';

const words = strings.landing;

/** What Sealroom is, for somebody who has nothing here yet. */
export function Landing(props: { creation: NewDocument }): JSX.Element {
  return (
    <div class={styles.hero}>
      <div class={styles.watermark}>
        <Seal size={416} />
      </div>
      <h1 class={styles.display}>{words.heading}</h1>
      <p class={styles.lead}>{words.lead}</p>
      <div class={styles.begin}>
        <A href="/sign-up" class={buttonClass('primary', 'large')}>
          {words.createAccount}
        </A>
        <A href="/sign-in" class={buttonClass('plain', 'large')}>
          {words.signIn}
        </A>
      </div>
      <button
        type="button"
        class={styles.tryIt}
        disabled={props.creation.busy()}
        onClick={() => void props.creation.create()}
      >
        {words.tryIt}
        <span class="visually-hidden">{words.tryItMeans}</span>
      </button>
      <ul class={styles.points}>
        <For each={words.points}>
          {(point) => (
            <li>
              <h2 class={styles.pointHeading}>{point.heading}</h2>
              <p class={styles.pointBody}>{point.body}</p>
            </li>
          )}
        </For>
      </ul>
    </div>
  );
}
