import { A, useParams } from '@solidjs/router';
import { For, type JSX, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { AccountState } from '../../../engine/accounts/api.ts';
import { buttonClass } from '../../controls/button.tsx';
import { useSession } from '../../services.ts';
import { MessagePage } from '../../shell/message-page.tsx';
import { NotFoundPage } from '../../shell/not-found-page.tsx';
import { PageTop } from '../../shell/page-top.tsx';
import { strings } from '../../strings.ts';
import styles from './account-page.module.css';
import { AppearanceSection } from './appearance-section.tsx';
import { DevicesSection } from './devices-section.tsx';
import { PasswordSection } from './password-section.tsx';
import { PeopleSection } from './people-section.tsx';
import { ProfileSection } from './profile-section.tsx';
import { RecoverySection } from './recovery-section.tsx';
import { SECTIONS, type Section, sectionFrom } from './sections.ts';
import { SignOutSection } from './sign-out-section.tsx';

const words = strings.account;
const PAGES: Readonly<Record<Section, (props: { account: AccountState }) => JSX.Element>> = {
  profile: ProfileSection,
  password: PasswordSection,
  recovery: RecoverySection,
  devices: DevicesSection,
  people: PeopleSection,
  appearance: AppearanceSection,
  'sign-out': SignOutSection,
};

export function AccountPage(): JSX.Element {
  const params = useParams();
  const session = useSession();
  return (
    <Show when={sectionFrom(params.section, params.name)} fallback={<NotFoundPage />}>
      {(section) => (
        <Show when={session.engine.account} fallback={<GuestPage section={section()} />}>
          {(account) => <SectionPage section={section()} account={account()} />}
        </Show>
      )}
    </Show>
  );
}

/** How the app looks is a matter of this device, so it needs no account. */
function GuestPage(props: { section: Section }): JSX.Element {
  return (
    <Show when={props.section === 'appearance'} fallback={<AccountNeeded />}>
      <Frame>
        <AppearanceSection />
      </Frame>
    </Show>
  );
}

function SectionPage(props: { section: Section; account: AccountState }): JSX.Element {
  return (
    <Frame side={<SectionLinks section={props.section} name={props.account.name} />}>
      <Dynamic component={PAGES[props.section]} account={props.account} />
    </Frame>
  );
}

function SectionLinks(props: { section: Section; name: string }): JSX.Element {
  return (
    <nav aria-label={words.sectionsLabel}>
      <p class={styles.name}>{props.name}</p>
      <div class={styles.nav}>
        <For each={SECTIONS}>
          {(section) => (
            <A
              href={`/account/${section}`}
              class={styles.link}
              aria-current={props.section === section ? 'page' : undefined}
            >
              {words.sections[section]}
            </A>
          )}
        </For>
      </div>
    </nav>
  );
}

function Frame(props: { side?: JSX.Element; children: JSX.Element }): JSX.Element {
  return (
    <>
      <PageTop wide>
        <A href="/" class={buttonClass('quiet')}>
          {words.toDocuments}
        </A>
      </PageTop>
      <div class={styles.body}>
        {props.side}
        <main class={styles.main}>{props.children}</main>
      </div>
    </>
  );
}

function AccountNeeded(): JSX.Element {
  return (
    <MessagePage heading={words.neededHeading} body={words.needed}>
      <A href="/sign-in" class={buttonClass('primary')}>
        {strings.entry.signIn}
      </A>
      <A href="/sign-up" class={buttonClass('plain')}>
        {strings.entry.createAccount}
      </A>
    </MessagePage>
  );
}
