import * as Popover from '@kobalte/core/popover';
import { For, type JSX, Show } from 'solid-js';
import { buttonClass } from '../controls/button.tsx';
import { Avatar } from '../profile/avatar.tsx';
import { strings } from '../strings.ts';
import styles from './people-list.module.css';
import type { Person } from './presence.ts';

const SHOWN_AVATARS = 4;

/** Who is here: faces in the header, names behind them. */
export function PeopleList(props: { people: readonly Person[]; onChangeProfile: () => void }): JSX.Element {
  const hidden = (): number => props.people.length - SHOWN_AVATARS;
  return (
    <Popover.Root gutter={8} placement="bottom-end">
      <Popover.Trigger
        class={styles.button}
        aria-label={strings.people.label(props.people.map((person) => person.name))}
      >
        <span class={styles.stack}>
          <For each={props.people.slice(0, SHOWN_AVATARS)}>
            {(person) => <Avatar name={person.name} color={person.color} />}
          </For>
        </span>
        <Show when={hidden() > 0}>
          <span class={styles.more}>{strings.people.more(hidden())}</span>
        </Show>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class={styles.popover}>
          <Popover.Title class={styles.heading}>{strings.people.heading}</Popover.Title>
          <ul class={styles.list}>
            <For each={props.people}>
              {(person) => (
                <li class={styles.person}>
                  <Avatar name={person.name} color={person.color} />
                  {person.self ? strings.profile.you(person.name) : person.name}
                </li>
              )}
            </For>
          </ul>
          <Popover.CloseButton
            class={`${buttonClass('plain')} ${styles.change}`}
            aria-label={strings.people.changeProfile}
            onClick={() => props.onChangeProfile()}
          >
            {strings.people.changeProfile}
          </Popover.CloseButton>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
