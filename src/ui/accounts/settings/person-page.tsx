import { A, useNavigate } from '@solidjs/router';
import ArrowLeft from 'lucide-solid/icons/arrow-left';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { createEffect, createSignal, type JSX, on, Show } from 'solid-js';
import type { AccountState, Contact, Person } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { ContactBadge } from './contact-badge.tsx';
import person from './person-page.module.css';
import { RemovePersonDialog } from './remove-person-dialog.tsx';
import { SafetyNumber } from './safety-number.tsx';
import styles from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.contacts;

/** One person: is their key the right one? Only for those who were looked up: to open an address must not pin a key. */
export function PersonPage(props: { name: string; account: AccountState }): JSX.Element {
  const contact = () => props.account.contacts.find(({ name }) => name === props.name);
  return (
    <>
      <A href="/account/people" class={person.back}>
        <ArrowLeft size={16} aria-hidden="true" />
        {words.back}
      </A>
      <Show
        when={contact()}
        fallback={<SectionHead heading={words.unknownHeading} lead={props.account.homeReady ? words.unknown : ''} />}
      >
        {(known) => <KnownPerson contact={known()} />}
      </Show>
    </>
  );
}

function KnownPerson(props: { contact: Contact }): JSX.Element {
  const session = useSession();
  const navigate = useNavigate();
  const looking = createCommand();
  const command = createCommand();
  const [found, setFound] = createSignal<Person>();
  const [removing, setRemoving] = createSignal(false);
  const look = async (): Promise<void> => {
    const person = await looking.run(() => session.client.accounts.findPerson(props.contact.name));
    if (person) setFound(person.value);
  };
  // The number is that of a key: another key, another number.
  createEffect(on([() => props.contact.principal, () => props.contact.changedTo], () => void look()));
  const remove = async (): Promise<void> => {
    setRemoving(false);
    if (await command.run(() => session.client.accounts.removeContact(props.contact.name))) navigate('/account/people');
  };
  const verify = (principal: Person['principal'], verified: boolean): void => {
    void command.run(() => session.client.accounts.setVerified(props.contact.name, principal, verified));
  };
  return (
    <>
      <div class={person.head}>
        <SectionHead heading={props.contact.name} />
        <ContactBadge contact={props.contact} />
      </div>
      <Show when={props.contact.changedTo}>
        {(principal) => (
          <KeyChanged
            name={props.contact.name}
            onApprove={() =>
              void command.run(() => session.client.accounts.approveKey(props.contact.name, principal()))
            }
          />
        )}
      </Show>
      <Show when={found()}>
        {(current) => (
          <SafetyNumber
            person={current()}
            verified={props.contact.verified}
            changed={props.contact.changedTo !== null}
            onVerify={(verified) => verify(current().principal, verified)}
          />
        )}
      </Show>
      <FailureNote failure={command.failure() ?? looking.failure()} />
      <div class={`${styles.actions} ${person.end}`}>
        <Show when={looking.failure()}>
          <Button look="plain" onClick={() => void look()}>
            {strings.account.retry}
          </Button>
        </Show>
        <Button look="plain" onClick={() => setRemoving(true)}>
          {words.remove}
        </Button>
      </div>
      <RemovePersonDialog
        open={removing()}
        name={props.contact.name}
        onClose={() => setRemoving(false)}
        onConfirm={() => void remove()}
      />
    </>
  );
}

function KeyChanged(props: { name: string; onApprove: () => void }): JSX.Element {
  return (
    <section class={person.changed}>
      <h2 class={person.changedHeading}>
        <TriangleAlert size={18} aria-hidden="true" />
        {words.changedHeading}
      </h2>
      <p>{words.changedBody(props.name)}</p>
      <Button look="plain" onClick={() => props.onApprove()}>
        {words.approve}
      </Button>
    </section>
  );
}
