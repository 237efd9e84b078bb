import ShieldCheck from 'lucide-solid/icons/shield-check';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { type JSX, Match, Switch } from 'solid-js';
import type { SenderTrust } from './invitation-view.ts';
import styles from './invitations.module.css';

/** How far one knows whoever invites or asks. */
export function TrustHint(props: { trust: SenderTrust; text: string }): JSX.Element {
  return (
    <span class={styles.trust} classList={{ [styles.warning ?? '']: props.trust === 'other-key' }}>
      <Switch>
        <Match when={props.trust === 'verified'}>
          <span class={styles.verified}>
            <ShieldCheck size={16} aria-hidden="true" />
          </span>
        </Match>
        <Match when={props.trust === 'other-key'}>
          <TriangleAlert size={16} aria-hidden="true" />
        </Match>
      </Switch>
      {props.text}
    </span>
  );
}
