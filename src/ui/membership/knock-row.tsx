import { A } from '@solidjs/router';
import { createSignal, type JSX, Show } from 'solid-js';
import type { Contact } from '../../engine/accounts/api.ts';
import type { Knock } from '../../engine/membership/knock.ts';
import type { Role } from '../../wire/roles.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { SelectField } from '../controls/select-field.tsx';
import { describeTime } from '../documents/relative-time.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { hintFor, senderTrust } from './invitation-view.ts';
import styles from './knocks.module.css';
import { ROLES_OFFERED } from './member-view.ts';
import text from './note-text.module.css';
import { TrustHint } from './trust-hint.tsx';

const words = strings.knocks;
const CHOICES = ROLES_OFFERED.map((id) => ({ id, name: strings.roles[id] }));

type Props = { knock: Knock; contacts: readonly Contact[]; onDone: (sentence: string) => void };

/** Somebody who asks to be let in, how far one knows them, and the answer. */
export function KnockRow(props: Props): JSX.Element {
  const { client, now } = useSession();
  const command = createMembershipCommand();
  const [role, setRole] = createSignal<Role>(props.knock.role);
  const [answer, setAnswer] = createSignal<'let-in' | 'decline'>();
  const doing = (which: 'let-in' | 'decline'): boolean => command.busy() && answer() === which;
  const give = async (which: 'let-in' | 'decline'): Promise<void> => {
    if (command.busy()) return;
    setAnswer(which);
    const { room, from, fromName } = props.knock;
    // By the time it is done, the request and this row are gone.
    const { onDone } = props;
    const { membership } = client;
    const given = await command.run(() =>
      which === 'let-in' ? membership.letIn(room, from, role()) : membership.turnAway(room, from),
    );
    if (given) onDone(which === 'let-in' ? words.wasLetIn(fromName) : words.wasDeclined);
  };
  const name = (): string => props.knock.fromName;
  const trust = () => senderTrust(props.knock, props.contacts);
  return (
    <li class={styles.row}>
      <div class={styles.who}>
        <p class={text.title}>{words.text(name(), props.knock.role)}</p>
        <p class={text.meta}>
          <TrustHint trust={trust()} text={hintFor(trust(), name())} />
          <span>{words.asked(describeTime(props.knock.askedAt, now()))}</span>
        </p>
      </div>
      <div class={styles.actions}>
        <SelectField label={words.role(name())} value={role()} choices={CHOICES} onChange={setRole} />
        <Button
          look={trust() === 'other-key' ? 'plain' : 'primary'}
          aria-disabled={command.busy()}
          aria-busy={doing('let-in')}
          onClick={() => void give('let-in')}
        >
          <span>
            {doing('let-in') ? words.lettingIn : words.letIn}
            <span class="visually-hidden">{words.which(name())}</span>
          </span>
        </Button>
        <Button
          look="plain"
          aria-disabled={command.busy()}
          aria-busy={doing('decline')}
          onClick={() => void give('decline')}
        >
          <span>
            {doing('decline') ? words.declining : words.decline}
            <span class="visually-hidden">{words.which(name())}</span>
          </span>
        </Button>
      </div>
      <div class={styles.failure}>
        <FailureNote failure={command.failure()} />
        <Show when={command.failure()?.reason === 'key-changed'}>
          <A href={`/account/people/${name()}`}>{strings.share.compareKeys(name())}</A>
        </Show>
      </div>
    </li>
  );
}
