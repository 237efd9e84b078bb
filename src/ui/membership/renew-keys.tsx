import { createSignal, type JSX, Show } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { DoneNote } from '../accounts/settings/done-note.tsx';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './share-dialog.module.css';

const words = strings.share;

type Props = {
  room: RoomId;
  /** What is known of those that are used now. */
  about?: string;
  class?: string | undefined;
};

/** Fresh keys for the same people. No change on the screen shows it, so it is said. */
export function RenewKeys(props: Props): JSX.Element {
  const { client } = useSession();
  const command = createMembershipCommand();
  const [done, setDone] = createSignal(false);
  const renew = async (): Promise<void> => {
    setDone(false);
    if (await command.run(() => client.membership.renewKeys(props.room))) setDone(true);
  };
  return (
    <section class={props.class ?? styles.section}>
      <div class={styles.keys}>
        <div class={styles.who}>
          <h3 class={styles.heading}>{words.keys}</h3>
          <Show when={props.about}>
            <p class={styles.muted}>{props.about}</p>
          </Show>
          <p class={styles.muted}>{words.renewBody}</p>
        </div>
        <Button look="plain" aria-disabled={command.busy()} aria-busy={command.busy()} onClick={() => void renew()}>
          {command.busy() ? words.renewing : words.renew}
        </Button>
      </div>
      <DoneNote text={done() ? words.renewed : undefined} />
      <FailureNote failure={command.failure()} />
    </section>
  );
}
