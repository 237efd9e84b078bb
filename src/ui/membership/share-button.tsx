import Share from 'lucide-solid/icons/share-2';
import { createEffect, type JSX, on, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import styles from './knocks.module.css';

/** Opens the share dialog, and says how many people ask to be let in. `textClass`: of the word on it. */
export function ShareButton(props: {
  room: RoomState;
  class: string | undefined;
  textClass: string | undefined;
  ref: (button: HTMLElement) => void;
  onClick: () => void;
}): JSX.Element {
  const session = useSession();
  const asking = (): number =>
    session.engine.account?.knocks.filter(({ room }) => room === props.room.room).length ?? 0;
  createEffect(
    on(
      () => props.room.role === 'owner' && session.engine.account !== null && session.engine.connection === 'online',
      (mayLook) => {
        if (mayLook) void session.client.membership.lookForKnocks(props.room.room);
      },
    ),
  );
  return (
    <Button
      ref={props.ref}
      look="primary"
      class={`${styles.share} ${props.class ?? ''}`}
      onClick={() => props.onClick()}
    >
      <Share size={16} aria-hidden="true" />
      <span class={props.textClass}>
        {strings.share.open}
        <Show when={asking() > 0}>
          <span class="visually-hidden">{strings.knocks.waiting(asking())}</span>
        </Show>
      </span>
      <Show when={asking() > 0}>
        <span class={styles.count} aria-hidden="true">
          {asking()}
        </span>
      </Show>
    </Button>
  );
}
