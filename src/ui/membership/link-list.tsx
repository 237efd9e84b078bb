import Plus from 'lucide-solid/icons/plus';
import { createSignal, For, type JSX, Show } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { LinkRow } from './link-row.tsx';
import type { LinkView } from './link-view.ts';
import styles from './share-dialog.module.css';
import type { Task } from './task.ts';

const words = strings.share;

type Props = {
  room: RoomId;
  links: readonly LinkView[];
  mayManage: boolean;
  headingRef: (heading: HTMLElement) => void;
  onAsk: (task: Task, origin: HTMLElement) => void;
  onDone: (sentence: string) => void;
};

/** The ways in for whoever has an address. */
export function LinkList(props: Props): JSX.Element {
  return (
    <section class={styles.section}>
      <h3 class={styles.heading} tabindex="-1" ref={props.headingRef}>
        {words.links}
      </h3>
      <Show
        when={props.links.length > 0}
        fallback={<p class={styles.muted}>{props.mayManage ? words.noLinks : words.none}</p>}
      >
        <p class={styles.muted}>{words.linksBody}</p>
        <ul class={styles.list} aria-label={words.linksList}>
          <For each={props.links}>{(link) => <LinkRow link={link} mayEnd={props.mayManage} onAsk={props.onAsk} />}</For>
        </ul>
      </Show>
      <Show when={props.mayManage}>
        <NewLinks room={props.room} onDone={props.onDone} />
      </Show>
    </section>
  );
}

const OFFERED = ['editor', 'viewer'] as const;

function NewLinks(props: { room: RoomId; onDone: (sentence: string) => void }): JSX.Element {
  const { client } = useSession();
  const command = createMembershipCommand();
  const [making, setMaking] = createSignal<(typeof OFFERED)[number]>();
  const make = async (role: (typeof OFFERED)[number]): Promise<void> => {
    if (command.busy()) return;
    setMaking(role);
    const made = await command.run(() => client.membership.makeLink(props.room, role));
    setMaking(undefined);
    if (made) props.onDone(words.linkMade);
  };
  return (
    <>
      <div class={styles.actions}>
        <For each={OFFERED}>
          {(role) => (
            <Button
              look="plain"
              aria-disabled={command.busy()}
              aria-busy={making() === role}
              onClick={() => void make(role)}
            >
              <Plus size={16} aria-hidden="true" />
              {making() === role ? words.makingLink : words.newLink[role]}
            </Button>
          )}
        </For>
      </div>
      <FailureNote failure={command.failure()} />
    </>
  );
}
