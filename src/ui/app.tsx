import { Route, Router } from '@solidjs/router';
import { ErrorBoundary, type JSX, lazy, mergeProps, onMount, Show } from 'solid-js';
import './fonts.css';
import './tokens.css';
import './base.css';
import { createAppearance } from './appearance.ts';
import { Button } from './controls/button.tsx';
import { createNotice, ToastRegion } from './controls/toasts.tsx';
import { StartPage } from './documents/start-page.tsx';
import { createEngineState } from './engine-state.ts';
import { createFirstProfile } from './profile/first-profile.ts';
import { type Services, type Session, SessionContext } from './services.ts';
import { BlockedPage } from './shell/blocked-page.tsx';
import { MessagePage } from './shell/message-page.tsx';
import { NotFoundPage } from './shell/not-found-page.tsx';
import { strings } from './strings.ts';

/** The editor is the largest part of the app, and the start page needs none of it. */
const DocumentPage = lazy(async () => ({
  default: (await import('./documents/document-page.tsx')).DocumentPage,
}));

/** Accounts are for few moments in a person's life with the app, so the first screen does not wait for them. */
const SignUpPage = lazy(async () => ({ default: (await import('./accounts/entry/sign-up-page.tsx')).SignUpPage }));
const SignInPage = lazy(async () => ({ default: (await import('./accounts/entry/sign-in-page.tsx')).SignInPage }));
const PairingPage = lazy(async () => ({ default: (await import('./accounts/entry/pairing-page.tsx')).PairingPage }));
const RecoverPage = lazy(async () => ({ default: (await import('./accounts/entry/recover-page.tsx')).RecoverPage }));
const AccountPage = lazy(async () => ({ default: (await import('./accounts/settings/account-page.tsx')).AccountPage }));
const LATER = [DocumentPage, SignUpPage, SignInPage, PairingPage, RecoverPage, AccountPage];

/** The whole app. Shows nothing until the engine has told its state, which it does at once. */
export function App(props: Services): JSX.Element {
  const engine = createEngineState(props.client);
  return (
    <ErrorBoundary fallback={() => <CrashPage />}>
      <Show when={engine()}>{(state) => <Pages session={mergeProps(props, { engine: state() })} />}</Show>
      <ToastRegion />
    </ErrorBoundary>
  );
}

function Pages(props: { session: Session }): JSX.Element {
  const session = props.session;
  const blocker = () => {
    const type = session.engine.problem?.type;
    return type === 'elsewhere' || type === 'unsupported' ? type : undefined;
  };
  createFirstProfile(session);
  createAppearance(session);
  // So that every page opens at once, and also when the connection is gone by then.
  onMount(() =>
    setTimeout(() => {
      for (const page of LATER) void page.preload();
    }),
  );
  createNotice(() =>
    session.update.waiting()
      ? { text: strings.update.ready, action: strings.update.apply, onAction: session.update.apply }
      : null,
  );
  return (
    <Show
      when={blocker()}
      fallback={
        <SessionContext.Provider value={session}>
          <Router>
            <Route path="/" component={StartPage} />
            <Route path="/d/:room" component={DocumentPage} />
            <Route path="/sign-up" component={SignUpPage} />
            <Route path="/sign-in" component={SignInPage} />
            <Route path="/sign-in/device" component={PairingPage} />
            <Route path="/recover" component={RecoverPage} />
            <Route path="/account/:section?/:name?" component={AccountPage} />
            <Route path="*" component={NotFoundPage} />
          </Router>
        </SessionContext.Provider>
      }
    >
      {(problem) => <BlockedPage problem={problem()} />}
    </Show>
  );
}

/** Our own mistake. A white page would leave the person with nothing to do. */
function CrashPage(): JSX.Element {
  return (
    <MessagePage bare heading={strings.failures.crashedHeading} body={strings.failures.crashed}>
      <Button look="primary" onClick={() => location.reload()}>
        {strings.reload}
      </Button>
    </MessagePage>
  );
}

/** Shown in place of the app where it cannot even begin. */
export function CannotStart(): JSX.Element {
  return <MessagePage bare heading={strings.failures.startHeading} body={strings.failures.start} />;
}
