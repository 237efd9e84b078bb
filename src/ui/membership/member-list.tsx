import { createSignal, For, type JSX } from 'solid-js';
import type { Member, RoomPeople } from '../../engine/membership/api.ts';
import type { PrincipalId, RoomId } from '../../wire/ids.ts';
import type { Role } from '../../wire/roles.ts';
import { createMembershipCommand } from '../accounts/command.ts';
import { FailureNote } from '../accounts/failure-note.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { MemberRow } from './member-row.tsx';
import { isWeaker, memberName, ownFirst } from './member-view.ts';
import styles from './share-dialog.module.css';
import type { Task } from './task.ts';

const words = strings.share;

type Props = {
  room: RoomId;
  people: RoomPeople;
  headingRef: (heading: HTMLElement) => void;
  onAsk: (task: Task, origin: HTMLElement) => void;
  onDone: (sentence: string) => void;
};

export function MemberList(props: Props): JSX.Element {
  const { client } = useSession();
  const command = createMembershipCommand();
  const [changing, setChanging] = createSignal<PrincipalId>();
  const setRole = async (member: Member, role: Role, origin: HTMLElement): Promise<void> => {
    if (role === member.role || command.busy()) return;
    // Something ends with it, which is said before.
    if (isWeaker(role, member.role)) return props.onAsk({ what: 'weaken', member, role }, origin);
    setChanging(member.principal);
    const changed = await command.run(() => client.membership.setRole(props.room, member.principal, role));
    setChanging(undefined);
    if (changed) props.onDone(words.changedRole(member.isSelf ? null : memberName(member), role));
  };
  return (
    <section class={styles.section}>
      <h3 class={styles.heading} tabindex="-1" ref={props.headingRef}>
        {words.people}
      </h3>
      {/* It scrolls, and must do so by keyboard where no row has a button. */}
      <ul class={`${styles.list} ${styles.members}`} aria-label={words.peopleList} tabindex="0">
        <For each={ownFirst(props.people.members)}>
          {(member) => (
            <MemberRow
              member={member}
              people={props.people}
              changing={changing() === member.principal}
              onRole={(role, origin) => void setRole(member, role, origin)}
              onRemove={(origin) => props.onAsk({ what: 'remove', member }, origin)}
              onLeave={(origin) => props.onAsk({ what: 'leave' }, origin)}
            />
          )}
        </For>
      </ul>
      <FailureNote failure={command.failure()} />
      <p class={`${styles.after} ${styles.muted}`}>{words.visitors}</p>
    </section>
  );
}
