import { createSignal, type JSX, Match, Switch } from 'solid-js';
import { useSession } from '../services.ts';
import { Banner } from '../shell/banner.tsx';
import { ProblemBanner } from '../shell/problem-banner.tsx';
import { strings } from '../strings.ts';
import { SignInAgainDialog } from './sign-in-again-dialog.tsx';
import { StartOverDialog } from './start-over-dialog.tsx';

/** What keeps the app as a whole, or the account, from working. On every screen. */
export function AppBanners(): JSX.Element {
  return (
    <>
      <ProblemBanner />
      <AccessBanner />
    </>
  );
}

function AccessBanner(): JSX.Element {
  const session = useSession();
  const [asking, setAsking] = createSignal(false);
  const access = () => session.engine.account?.access;
  const close = (): void => {
    setAsking(false);
  };
  return (
    <>
      <Switch>
        <Match when={access() === 'locked'}>
          <Banner
            tone="warning"
            text={strings.access.locked}
            action={{ label: strings.access.signInAgain, onClick: () => setAsking(true) }}
          />
        </Match>
        <Match when={access() === 'revoked'}>
          <Banner
            tone="danger"
            text={strings.access.revoked}
            action={{ label: strings.access.startOver, onClick: () => setAsking(true) }}
          />
        </Match>
        <Match when={access() === 'banned'}>
          <Banner tone="danger" text={strings.access.banned} />
        </Match>
      </Switch>
      <SignInAgainDialog open={asking() && access() === 'locked'} onClose={close} />
      <StartOverDialog open={asking() && access() === 'revoked'} onClose={close} />
    </>
  );
}
