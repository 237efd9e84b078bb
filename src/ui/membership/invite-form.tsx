import { A } from '@solidjs/router';
import { createSignal, type JSX, Show } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import type { Role } from '../../wire/roles.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { typedName } from '../accounts/name-advice.ts';
import { SelectField } from '../controls/select-field.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { TextField } from '../controls/text-field.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { ROLES_OFFERED } from './member-view.ts';
import styles from './share-dialog.module.css';

const words = strings.share;
const CHOICES = ROLES_OFFERED.map((id) => ({ id, name: strings.roles[id] }));

/** Puts somebody into the document, by exact user name. */
export function InviteForm(props: { room: RoomId; onDone: (sentence: string) => void }): JSX.Element {
  const { client } = useSession();
  const command = createMembershipCommand();
  const [name, setName] = createSignal('');
  const [role, setRole] = createSignal<Role>('editor');
  const wanted = (): string => typedName(name());
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const invited = wanted();
    if (invited === '') return;
    if (!(await command.run(() => client.membership.invite(props.room, invited, role())))) return;
    setName('');
    props.onDone(words.invited(invited));
  };
  return (
    <form class={styles.section} onSubmit={(event) => void submit(event)}>
      <div class={styles.invite}>
        <TextField
          label={words.invite}
          value={name()}
          onInput={(text) => {
            command.clear();
            setName(text);
          }}
          name="person"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          readOnly={command.busy()}
          required
        />
        <div>
          <SelectField label={words.inviteRole} value={role()} choices={CHOICES} onChange={setRole} />
        </div>
        <SubmitButton busy={command.busy()} class={styles.inviteButton}>
          {command.busy() ? words.inviting : words.inviteSend}
        </SubmitButton>
      </div>
      <FailureNote failure={command.failure()} />
      <Show when={command.failure()?.reason === 'key-changed'}>
        <A class={styles.after} href={`/account/people/${wanted()}`}>
          {words.compareKeys(wanted())}
        </A>
      </Show>
    </form>
  );
}

/** In place of the form where nobody is signed in. */
export function AccountNeeded(): JSX.Element {
  return (
    <p class={`${styles.section} ${styles.muted}`}>
      {words.needsAccount} <A href="/sign-up">{words.createAccount}</A>
    </p>
  );
}
