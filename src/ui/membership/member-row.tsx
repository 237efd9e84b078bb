import { A } from '@solidjs/router';
import ShieldCheck from 'lucide-solid/icons/shield-check';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { type JSX, Match, Show, Switch } from 'solid-js';
import type { Contact } from '../../engine/accounts/api.ts';
import type { Member, RoomPeople } from '../../engine/membership/api.ts';
import type { Role } from '../../wire/roles.ts';
import { MenuChoices, MenuItem, MenuSeparator, OptionsMenu } from '../controls/options-menu.tsx';
import { Avatar } from '../profile/avatar.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { keyGroups, type MemberMenu, memberColor, memberName, menuFor, ownerToAsk } from './member-view.ts';
import styles from './share-dialog.module.css';

const words = strings.share;

type Props = {
  member: Member;
  people: RoomPeople;
  /** A change of this person's role is under way. */
  changing: boolean;
  onRole: (role: Role, origin: HTMLElement) => void;
  onRemove: (origin: HTMLElement) => void;
  onLeave: (origin: HTMLElement) => void;
};

/** Somebody who is in, how far one knows them, and what can be done about it. */
export function MemberRow(props: Props): JSX.Element {
  const session = useSession();
  const contact = (): Contact | undefined =>
    session.engine.account?.contacts.find(({ name, principal }) =>
      props.member.isSelf ? false : name === props.member.name && principal === props.member.principal,
    );
  const face = () =>
    props.member.isSelf
      ? session.engine.profile
      : { name: props.member.name ?? '', color: memberColor(props.member.principal) };
  const menu = (): MemberMenu => menuFor(props.people, props.member);
  return (
    <li class={styles.row}>
      <Avatar name={face().name} color={face().color} />
      <div class={styles.who}>
        <p class={styles.name}>
          <Show when={contact()} fallback={memberName(props.member)}>
            {(known) => <A href={`/account/people/${known().name}`}>{known().name}</A>}
          </Show>
          <Show when={!props.member.isSelf && props.member.name !== null}>
            <KeyMark verified={props.member.verified} changed={contact()?.changedTo != null} />
          </Show>
        </p>
        <p class={styles.meta}>
          <span role="status">{props.changing ? words.changingRole : strings.roles[props.member.role]}</span>
        </p>
        <Show when={!props.member.isSelf && props.member.name === null}>
          <UnknownPerson member={props.member} people={props.people} />
        </Show>
      </div>
      <MemberOptions {...props} menu={menu()} />
    </li>
  );
}

function KeyMark(props: { verified: boolean; changed: boolean }): JSX.Element {
  return (
    <Switch fallback={<span class={styles.note}>{words.notVerified}</span>}>
      <Match when={props.changed}>
        <span class={styles.warning}>
          <TriangleAlert size={14} aria-hidden="true" />
          {strings.contacts.changed}
        </span>
      </Match>
      <Match when={props.verified}>
        <span class={styles.verified} title={words.verified}>
          <ShieldCheck size={16} aria-hidden="true" />
          <span class="visually-hidden">{words.verified}</span>
        </span>
      </Match>
    </Switch>
  );
}

function UnknownPerson(props: { member: Member; people: RoomPeople }): JSX.Element {
  const owner = (): string | null => ownerToAsk(props.people.members);
  return (
    <p class={styles.meta}>
      <span>
        {words.key} <code class={styles.key}>{keyGroups(props.member.principal)}</code>
        {words.keyGoesOn}
      </span>
      <span>{owner() === null ? words.askAnyone : words.askOwner(owner() ?? '')}</span>
    </p>
  );
}

function MemberOptions(props: Props & { menu: MemberMenu }): JSX.Element {
  let button!: HTMLElement;
  const name = (): string => (props.member.isSelf ? words.yourself : memberName(props.member));
  return (
    <Show when={props.menu.roles.length > 0 || props.menu.remove || props.menu.leave !== null}>
      <OptionsMenu
        label={words.personMenu(name())}
        ref={(element) => {
          button = element;
        }}
      >
        <Show when={props.menu.roles.length > 0}>
          <MenuChoices
            label={words.roleOf}
            value={props.member.role}
            choices={props.menu.roles.map((id) => ({ id, name: strings.roles[id] }))}
            onChoose={(role) => props.onRole(role, button)}
          />
          <MenuSeparator />
        </Show>
        <Show when={props.menu.remove}>
          <MenuItem danger onSelect={() => props.onRemove(button)}>
            {words.remove}
          </MenuItem>
        </Show>
        <Show when={props.menu.leave}>
          {(leave) => (
            <MenuItem
              danger
              blocked={leave() === 'last-owner' ? words.leaveLast : undefined}
              onSelect={() => props.onLeave(button)}
            >
              {words.leave}
            </MenuItem>
          )}
        </Show>
      </OptionsMenu>
    </Show>
  );
}
