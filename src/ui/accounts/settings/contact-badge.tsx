import ShieldCheck from 'lucide-solid/icons/shield-check';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { type JSX, Match, Switch } from 'solid-js';
import type { Contact } from '../../../engine/accounts/api.ts';
import { strings } from '../../strings.ts';
import styles from './badge.module.css';

const words = strings.contacts;

/** How far a person's key is to be trusted. */
export function ContactBadge(props: { contact: Contact }): JSX.Element {
  return (
    <Switch fallback={<span class={styles.badge}>{words.notVerified}</span>}>
      <Match when={props.contact.changedTo !== null}>
        <span class={`${styles.badge} ${styles.bad}`}>
          <TriangleAlert size={14} aria-hidden="true" />
          {words.changed}
        </span>
      </Match>
      <Match when={props.contact.verified}>
        <span class={`${styles.badge} ${styles.good}`}>
          <ShieldCheck size={14} aria-hidden="true" />
          {words.verified}
        </span>
      </Match>
    </Switch>
  );
}
