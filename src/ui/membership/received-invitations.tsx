import { useNavigate } from '@solidjs/router';
import { createSignal, For, type JSX, onMount, Show } from 'solid-js';
import type { AccountState } from '../../engine/accounts/api.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { InvitationCard } from './invitation-card.tsx';
import { latestFirst } from './invitation-view.ts';
import styles from './invitations.module.css';

const words = strings.invitations;

/** What others put one's account into. `onLast`: the last one was answered, and all of this goes. */
export function ReceivedInvitations(props: { account: AccountState; onLast: () => void }): JSX.Element {
  const navigate = useNavigate();
  const session = useSession();
  // They are asked for now and then; whoever comes home wants to see them now.
  onMount(() => void session.client.membership.lookForInvitations());
  const [said, setSaid] = createSignal('');
  let heading: HTMLElement | undefined;
  const declined = (): void => {
    setSaid(words.declined);
    // The button that had the focus is gone.
    if (heading?.isConnected) heading.focus();
    else props.onLast();
  };
  return (
    <>
      <p class="visually-hidden" role="status">
        {said()}
      </p>
      <Show when={props.account.invitations.length > 0}>
        <section class={styles.section} aria-labelledby="invitations">
          <h2
            id="invitations"
            class={styles.heading}
            tabindex="-1"
            ref={(element) => {
              heading = element;
            }}
          >
            {words.heading}
          </h2>
          <ul class={styles.list}>
            <For each={latestFirst(props.account.invitations)}>
              {(invitation) => (
                <InvitationCard
                  invitation={invitation}
                  contacts={props.account.contacts}
                  onAccepted={() => navigate(`/d/${invitation.room}`)}
                  onDeclined={declined}
                />
              )}
            </For>
          </ul>
          <p class={styles.means}>{words.means}</p>
        </section>
      </Show>
    </>
  );
}
