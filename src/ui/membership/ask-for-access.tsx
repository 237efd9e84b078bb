import { A } from '@solidjs/router';
import { createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { SelectField } from '../controls/select-field.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './knocks.module.css';

const words = strings.knocks;
type Wish = keyof typeof words.wishes;
const WISHES = (['editor', 'viewer'] as const).map((id) => ({ id, name: words.wishes[id] }));

/** Where no link lets in: asks the owners to do it. */
export function AskForAccess(props: { room: RoomId }): JSX.Element {
  const session = useSession();
  const command = createMembershipCommand();
  const [wish, setWish] = createSignal<Wish>('editor');
  const [done, setDone] = createSignal(false);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await command.run(() => session.client.membership.askForAccess(props.room, wish()))) setDone(true);
  };
  return (
    <section class={styles.ask} aria-label={words.ask}>
      <p class={styles.done} role="status">
        {done() ? words.done : ''}
      </p>
      <Switch>
        <Match when={session.engine.account === null}>
          <p>{words.needsAccount}</p>
          <p class={styles.ways}>
            <A href="/sign-up">{strings.entry.createAccount}</A>
            <A href="/sign-in">{strings.entry.signIn}</A>
          </p>
        </Match>
        <Match when={!done()}>
          <form onSubmit={(event) => void submit(event)}>
            <p>{words.askBody}</p>
            <div class={styles.asking}>
              <SelectField label={words.wish} value={wish()} choices={WISHES} onChange={setWish} />
              <SubmitButton busy={command.busy()}>{command.busy() ? words.asking : words.ask}</SubmitButton>
            </div>
            <Show when={command.failure()}>
              <FailureNote failure={command.failure()} />
            </Show>
          </form>
        </Match>
      </Switch>
    </section>
  );
}
