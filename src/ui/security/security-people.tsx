import * as Collapsible from '@kobalte/core/collapsible';
import { A } from '@solidjs/router';
import ChevronRight from 'lucide-solid/icons/chevron-right';
import ShieldCheck from 'lucide-solid/icons/shield-check';
import TriangleAlert from 'lucide-solid/icons/triangle-alert';
import { For, type JSX, Match, Show, Switch } from 'solid-js';
import type { Member, RoomPeople } from '../../engine/membership/api.ts';
import type { RoomSecurity, ShownDevice } from '../../engine/security/api.ts';
import { keyGroups, memberColor, memberName, ownFirst } from '../membership/member-view.ts';
import { Avatar } from '../profile/avatar.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { whenText, whoIs } from './event-text.ts';
import styles from './security.module.css';

const words = strings.security;

type Props = { people: RoomPeople; security: RoomSecurity; onLeave: () => void };

/** Who is in, how far one knows them, and on which devices they read. */
export function SecurityPeople(props: Props): JSX.Element {
  return (
    <section class={styles.section}>
      <h3 class={styles.heading}>{words.people}</h3>
      <ul class={styles.list} aria-label={words.peopleList}>
        <For each={ownFirst(props.people.members)}>
          {(member) => <Person member={member} security={props.security} onLeave={props.onLeave} />}
        </For>
      </ul>
      <p class={styles.muted}>{words.visitors}</p>
      <Show when={props.people.newcomers === 'start-empty'}>
        <p class={styles.muted}>{words.startEmpty}</p>
      </Show>
    </section>
  );
}

function Person(props: { member: Member; security: RoomSecurity; onLeave: () => void }): JSX.Element {
  const session = useSession();
  const face = () =>
    props.member.isSelf
      ? session.engine.profile
      : { name: props.member.name ?? '', color: memberColor(props.member.principal) };
  const devices = (): readonly ShownDevice[] => props.security.devices[props.member.principal] ?? [];
  return (
    <li class={styles.person}>
      <Avatar name={face().name} color={face().color} />
      <div class={styles.said}>
        <p class={styles.name}>{memberName(props.member)}</p>
        <p class={styles.meta}>
          <span>{strings.roles[props.member.role]}</span>
          <Show when={!props.member.isSelf}>
            <Trusted {...props} />
          </Show>
        </p>
        <Collapsible.Root class={styles.devices}>
          <Collapsible.Trigger class={styles.disclose}>
            <ChevronRight size={14} aria-hidden="true" />
            {words.devices(devices().length)}
            <span class="visually-hidden">{words.devicesOf(memberName(props.member))}</span>
          </Collapsible.Trigger>
          <Collapsible.Content>
            <ul>
              <For each={devices()}>{(device) => <Device device={device} />}</For>
            </ul>
          </Collapsible.Content>
        </Collapsible.Root>
      </div>
    </li>
  );
}

/** Whose key it is, as far as that is known, and the way to compare it. */
function Trusted(props: { member: Member; security: RoomSecurity; onLeave: () => void }): JSX.Element {
  const named = () => props.security.names[props.member.principal];
  return (
    <Switch>
      <Match when={named()?.keyChanged}>
        <span class={styles.warning}>
          <TriangleAlert size={14} aria-hidden="true" />
          {strings.contacts.changed}
        </span>
        <Compare name={props.member.name} onLeave={props.onLeave} />
      </Match>
      <Match when={props.member.verified}>
        <span class={styles.verified}>
          <ShieldCheck size={14} aria-hidden="true" />
          {strings.share.verified}
        </span>
      </Match>
      <Match when={props.member.name === null}>
        <span>{words.addedBy(whoIs(named()?.addedBy, props.security.names))}</span>
        <code class={styles.key}>{keyGroups(props.member.principal)}…</code>
      </Match>
      <Match when={props.member.name !== null}>
        <span>{strings.share.notVerified}</span>
        <Compare name={props.member.name} onLeave={props.onLeave} />
      </Match>
    </Switch>
  );
}

function Compare(props: { name: string | null; onLeave: () => void }): JSX.Element {
  return (
    <A href={`/account/people/${props.name}`} onClick={() => props.onLeave()}>
      {words.compare}
      <span class="visually-hidden">{words.compareWith(props.name ?? '')}</span>
    </A>
  );
}

function Device(props: { device: ShownDevice }): JSX.Element {
  const { now } = useSession();
  const since = (): string | null => {
    const { when } = props.device;
    const text = whenText(when, now());
    return text !== null && when?.word === 'signer' ? words.since(text) : text;
  };
  return (
    <li class={`${styles.device} ${styles.meta}`}>
      <Show when={props.device.name}>{(name) => <span>{name()}</span>}</Show>
      <Show when={props.device.isThis}>
        <span>{words.thisDevice}</span>
      </Show>
      <code class={styles.key}>{keyGroups(props.device.device)}…</code>
      <Show when={since()}>{(text) => <span>{text()}</span>}</Show>
    </li>
  );
}
