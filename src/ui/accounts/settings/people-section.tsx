import { A, useNavigate, useParams } from '@solidjs/router';
import { createSignal, For, type JSX, Show } from 'solid-js';
import type { AccountState, Contact } from '../../../engine/accounts/api.ts';
import link from '../../controls/row-link.module.css';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { TextField } from '../../controls/text-field.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { typedName } from '../name-advice.ts';
import { ContactBadge } from './contact-badge.tsx';
import list from './list.module.css';
import styles from './people-section.module.css';
import { PersonPage } from './person-page.tsx';
import section from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.contacts;

export function PeopleSection(props: { account: AccountState }): JSX.Element {
  const params = useParams();
  return (
    <Show keyed when={params.name} fallback={<Everybody account={props.account} />}>
      {(name) => <PersonPage name={name} account={props.account} />}
    </Show>
  );
}

function Everybody(props: { account: AccountState }): JSX.Element {
  return (
    <>
      <SectionHead heading={words.heading} lead={words.body} />
      <FindForm own={props.account.name} />
      <h2 class={section.subheading}>{words.listLabel}</h2>
      <Show when={props.account.contacts.length > 0} fallback={<p class={section.empty}>{words.empty}</p>}>
        <ul class={list.list} aria-label={words.listLabel}>
          <For each={props.account.contacts}>{(contact) => <ContactRow contact={contact} />}</For>
        </ul>
      </Show>
    </>
  );
}

function ContactRow(props: { contact: Contact }): JSX.Element {
  return (
    <li class={`${list.row} ${list.linked}`}>
      <A href={`/account/people/${props.contact.name}`} class={`${link.link} ${list.name}`}>
        {props.contact.name}
      </A>
      <ContactBadge contact={props.contact} />
    </li>
  );
}

function FindForm(props: { own: string }): JSX.Element {
  const session = useSession();
  const navigate = useNavigate();
  const command = createCommand();
  const [name, setName] = createSignal('');
  const [isSelf, setIsSelf] = createSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    const wanted = typedName(name());
    setIsSelf(wanted === props.own);
    if (wanted === '' || isSelf()) return;
    const found = await command.run(() => session.client.accounts.findPerson(wanted));
    if (found) navigate(`/account/people/${found.value.name}`);
  };
  return (
    <form class={styles.find} onSubmit={(event) => void submit(event)}>
      <TextField
        label={words.name}
        value={name()}
        onInput={(text) => {
          command.clear();
          setIsSelf(false);
          setName(text);
        }}
        error={isSelf() ? words.self : command.sentence()}
        name="person"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        required
      />
      <SubmitButton busy={command.busy()} class={styles.findButton}>
        {words.find}
      </SubmitButton>
    </form>
  );
}
