import { A, useParams } from '@solidjs/router';
import { createMemo, type JSX, Match, Show, Switch } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { buttonClass } from '../controls/button.tsx';
import { AskForAccess } from '../membership/ask-for-access.tsx';
import { useSession } from '../services.ts';
import { MessagePage } from '../shell/message-page.tsx';
import { explainReason, strings } from '../strings.ts';
import { DocumentView } from './document-view.tsx';
import { createLinkOpening } from './link-opening.ts';
import { LinkPasswordPage } from './link-password-page.tsx';
import { OpeningPage } from './opening-page.tsx';
import { isShutOut, type PageView, pageView } from './page-view.ts';

export function DocumentPage(): JSX.Element {
  const params = useParams();
  return (
    <Show keyed when={params.room}>
      {(room) => <DocumentAt room={room} />}
    </Show>
  );
}

function DocumentAt(props: { room: string }): JSX.Element {
  const session = useSession();
  const link = createLinkOpening(session.client, props.room);
  const view = createMemo<PageView>(() =>
    pageView(
      session.engine.rooms.find((room) => room.room === props.room),
      link.state(),
    ),
  );
  const shown = <Show extends PageView['show']>(show: Show): Extract<PageView, { show: Show }> | undefined => {
    const current = view();
    return current.show === show ? (current as Extract<PageView, { show: Show }>) : undefined;
  };
  return (
    <Switch>
      <Match when={shown('document')}>{(current) => <DocumentView room={current().room} />}</Match>
      <Match when={shown('opening')}>
        <OpeningPage />
      </Match>
      <Match when={shown('link-password')}>
        {(current) => (
          <LinkPasswordPage busy={current().busy} failure={current().failure} onPassword={link.tryPassword} />
        )}
      </Match>
      <Match when={shown('link-failed')}>
        {(current) => <Failure heading={strings.failures.linkHeading} body={explainReason(current().reason)} />}
      </Match>
      <Match when={shown('room-failed')}>
        {(current) => (
          <Failure
            heading={strings.failures.heading}
            body={explainReason(current().reason)}
            asksAt={isShutOut({ failure: current().reason }) ? (props.room as RoomId) : undefined}
            fragment={link.fragment()}
          />
        )}
      </Match>
      <Match when={shown('missing')}>
        <Failure heading={strings.failures.missingHeading} body={strings.failures.missing} />
      </Match>
    </Switch>
  );
}

/** `asksAt`: the room whose owners may be asked to let one in; `fragment`: of the link that did not do it. */
type FailureProps = { heading: string; body: string; asksAt?: RoomId | undefined; fragment?: string };

function Failure(props: FailureProps): JSX.Element {
  return (
    <MessagePage
      heading={props.heading}
      body={props.body}
      detail={
        <Show when={props.asksAt}>{(room) => <AskForAccess room={room()} fragment={props.fragment ?? ''} />}</Show>
      }
    >
      <A href="/" class={buttonClass(props.asksAt ? 'plain' : 'primary')}>
        {strings.failures.toStart}
      </A>
    </MessagePage>
  );
}
