import { A } from '@solidjs/router';
import type { JSX } from 'solid-js';
import { buttonClass } from '../controls/button.tsx';
import { strings } from '../strings.ts';
import styles from './home.module.css';

const words = strings.landing;

/** For somebody who already writes without an account: what one would bring. */
export function Invitation(): JSX.Element {
  return (
    <aside class={styles.invitation} aria-label={words.inviteHeading}>
      <div>
        <h2 class={styles.invitationHeading}>{words.inviteHeading}</h2>
        <p class={styles.invitationBody}>{words.inviteBody}</p>
      </div>
      <div class={styles.invitationActions}>
        <A href="/sign-up" class={buttonClass('plain')}>
          {words.createAccount}
        </A>
        <A href="/sign-in" class={buttonClass('quiet')}>
          {words.signIn}
        </A>
      </div>
    </aside>
  );
}
