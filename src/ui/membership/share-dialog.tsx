import { useNavigate } from '@solidjs/router';
import { createEffect, createSignal, type JSX, on, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import type { Knock } from '../../engine/membership/knock.ts';
import { Dialog } from '../controls/dialog.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { ConfirmDialog } from './confirm-dialog.tsx';
import { AccountNeeded, InviteForm } from './invite-form.tsx';
import { KnockList } from './knock-list.tsx';
import { LinkList } from './link-list.tsx';
import { linksToShow } from './link-view.ts';
import { MemberList } from './member-list.tsx';
import { RenewKeys } from './renew-keys.tsx';
import styles from './share-dialog.module.css';
import { createSharing, type Sharing } from './sharing.ts';
import type { Task } from './task.ts';

/** The one place that says who is in, and where that is changed. It opens once that is known, so that nothing moves. */
export function ShareDialog(props: {
  open: boolean;
  room: RoomState;
  onClose: () => void;
  onCloseFocus: () => void;
}): JSX.Element {
  const session = useSession();
  const sharing = createSharing(
    session.client,
    () => props.room,
    () => props.open,
  );
  return (
    <Dialog
      open={props.open && sharing() !== undefined}
      onClose={props.onClose}
      onCloseFocus={props.onCloseFocus}
      heading={strings.share.heading}
      wide
    >
      <Show when={sharing()}>{(known) => <Content room={props.room} sharing={known()} />}</Show>
    </Dialog>
  );
}

function Content(props: { room: RoomState; sharing: Sharing }): JSX.Element {
  const session = useSession();
  const navigate = useNavigate();
  const [task, setTask] = createSignal<Task>();
  const [said, setSaid] = createSignal('');
  let knocksHeading: HTMLElement | undefined;
  let peopleHeading: HTMLElement | undefined;
  let linksHeading: HTMLElement | undefined;
  /** Where the focus goes when the question is gone. */
  let origin: HTMLElement | undefined;
  const knocks = (): readonly Knock[] =>
    session.engine.account?.knocks.filter(({ room }) => room === props.room.room) ?? [];
  // With a request goes the button that answered it, and with the button the focus.
  createEffect(
    on(
      () => knocks().length,
      (count, before = 0) => {
        if (count < before && !document.activeElement?.closest('[role="dialog"]'))
          (knocksHeading?.isConnected ? knocksHeading : peopleHeading)?.focus();
      },
    ),
  );
  const mayManage = (): boolean => props.sharing.people?.mayManage ?? false;
  const ask = (next: Task, from: HTMLElement): void => {
    origin = from;
    setSaid('');
    setTask(next);
  };
  const finish = (finished: Task, sentence: string): void => {
    // What was asked about goes, and its button with it.
    if (finished.what === 'remove') origin = peopleHeading;
    if (finished.what === 'end-link') origin = linksHeading;
    setTask(undefined);
    setSaid(sentence);
    if (finished.what === 'leave') navigate('/');
  };
  return (
    <>
      <p class="visually-hidden" role="status">
        {said()}
      </p>
      <KnockList
        knocks={knocks()}
        headingRef={(heading) => {
          knocksHeading = heading;
        }}
        onDone={setSaid}
      />
      <Show when={mayManage() && props.sharing.people?.newcomers === 'start-empty'}>
        <p class={styles.startEmpty}>{strings.share.startEmpty}</p>
      </Show>
      <Show when={mayManage()}>
        <Show when={session.engine.account} fallback={<AccountNeeded />}>
          <InviteForm room={props.room.room} onDone={setSaid} />
        </Show>
      </Show>
      <Show when={props.sharing.people}>
        {(people) => (
          <MemberList
            room={props.room.room}
            people={people()}
            headingRef={(heading) => {
              peopleHeading = heading;
            }}
            onAsk={ask}
            onDone={setSaid}
          />
        )}
      </Show>
      <LinkList
        room={props.room.room}
        links={linksToShow(props.sharing.people, props.sharing.links)}
        mayManage={mayManage()}
        headingRef={(heading) => {
          linksHeading = heading;
        }}
        onAsk={ask}
        onDone={setSaid}
      />
      <Show when={mayManage()}>
        <RenewKeys room={props.room.room} />
      </Show>
      <ConfirmDialog
        room={props.room.room}
        task={task()}
        onClose={() => setTask(undefined)}
        onDone={finish}
        onCloseFocus={() => origin?.focus()}
      />
    </>
  );
}
