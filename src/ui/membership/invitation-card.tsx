import { createSignal, type JSX } from 'solid-js';
import type { Contact } from '../../engine/accounts/api.ts';
import type { Invitation } from '../../engine/membership/invitation.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { describeTime } from '../documents/relative-time.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { hintFor, type SenderTrust, senderTrust } from './invitation-view.ts';
import styles from './invitations.module.css';
import text from './note-text.module.css';
import { TrustHint } from './trust-hint.tsx';

const words = strings.invitations;

type Props = {
  invitation: Invitation;
  contacts: readonly Contact[];
  onAccepted: () => void;
  onDeclined: () => void;
};

export function InvitationCard(props: Props): JSX.Element {
  const { client, now } = useSession();
  const command = createMembershipCommand();
  const [answer, setAnswer] = createSignal<'accept' | 'decline'>();
  const doing = (which: 'accept' | 'decline'): boolean => command.busy() && answer() === which;
  const give = async (which: 'accept' | 'decline'): Promise<void> => {
    if (command.busy()) return;
    setAnswer(which);
    const { room } = props.invitation;
    // By the time it is done, the invitation and this card may be gone.
    const { onAccepted, onDeclined } = props;
    const { membership } = client;
    const given = await command.run(() =>
      which === 'accept' ? membership.acceptInvitation(room) : membership.declineInvitation(room),
    );
    if (given) (which === 'accept' ? onAccepted : onDeclined)();
  };
  const trust = (): SenderTrust => senderTrust(props.invitation, props.contacts);
  const from = (): string => props.invitation.fromName;
  return (
    <li class={styles.card}>
      <div class={styles.text}>
        <p class={text.title}>{words.text(from(), props.invitation.role)}</p>
        <p class={text.meta}>
          <TrustHint trust={trust()} text={hintFor(trust(), from())} />
          <span>{words.sent(describeTime(props.invitation.sentAt, now()))}</span>
        </p>
      </div>
      <div class={styles.actions}>
        <Button
          look={trust() === 'other-key' ? 'plain' : 'primary'}
          class={styles.answer}
          aria-disabled={command.busy()}
          aria-busy={doing('accept')}
          onClick={() => void give('accept')}
        >
          <Answer busy={doing('accept')} now={words.accepting} text={words.accept} from={from()} />
        </Button>
        <Button
          look="plain"
          class={styles.answer}
          aria-disabled={command.busy()}
          aria-busy={doing('decline')}
          onClick={() => void give('decline')}
        >
          <Answer busy={doing('decline')} now={words.declining} text={words.decline} from={from()} />
        </Button>
      </div>
      <div class={styles.failure}>
        <FailureNote failure={command.failure()} />
      </div>
    </li>
  );
}

function Answer(props: { busy: boolean; now: string; text: string; from: string }): JSX.Element {
  return (
    <span>
      {props.busy ? props.now : props.text}
      <span class="visually-hidden">{words.which(props.from)}</span>
    </span>
  );
}
