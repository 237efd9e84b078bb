import { A, useLocation } from '@solidjs/router';
import { createSignal, type JSX, Match, Show, Switch } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import type { CameFrom } from '../accounts/entry/way-back.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { SelectField } from '../controls/select-field.tsx';
import { SubmitButton } from '../controls/submit-button.tsx';
import { describeTime } from '../documents/relative-time.ts';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './knocks.module.css';

const words = strings.knocks;
type Wish = keyof typeof words.wishes;
const WISHES = (['editor', 'viewer'] as const).map((id) => ({ id, name: words.wishes[id] }));

/** `fragment`: of the share link that led here, empty where none did. */
type Props = { room: RoomId; fragment: string };

/** Where no link lets in: asks the owners to do it. */
export function AskForAccess(props: Props): JSX.Element {
  const session = useSession();
  const location = useLocation();
  const command = createMembershipCommand();
  const [wish, setWish] = createSignal<Wish>('editor');
  const [again, setAgain] = createSignal(false);
  let form: HTMLFormElement | undefined;
  const asked = () => session.engine.account?.asked.find(({ room }) => room === props.room);
  const isDone = (): boolean => asked() !== undefined && !again();
  // What this device knows of the room goes when it becomes another one: the link has to come back, too.
  const here = (): CameFrom => ({ cameFrom: `${location.pathname}${props.fragment && `#${props.fragment}`}` });
  const askAgain = (): void => {
    setAgain(true);
    // The button that had the focus is gone.
    form?.querySelector('select')?.focus();
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await command.run(() => session.client.membership.askForAccess(props.room, wish()))) setAgain(false);
  };
  return (
    <section class={styles.ask} aria-label={words.ask}>
      <p class={styles.done} role="status">
        {isDone() ? words.done : ''}
      </p>
      <Switch>
        <Match when={session.engine.account === null}>
          <p>{words.needsAccount}</p>
          <p class={styles.ways}>
            <A href="/sign-up" state={here()}>
              {strings.entry.createAccount}
            </A>
            <A href="/sign-in" state={here()}>
              {strings.entry.signIn}
            </A>
          </p>
        </Match>
        <Match when={isDone() && asked()}>
          {(last) => (
            <div class={styles.asked}>
              <span>{words.lastAsked(describeTime(last().askedAt, session.now()))}</span>
              <Button look="plain" onClick={askAgain}>
                {words.askAgain}
              </Button>
            </div>
          )}
        </Match>
        <Match when={!isDone()}>
          <form ref={form} onSubmit={(event) => void submit(event)}>
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
