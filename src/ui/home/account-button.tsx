import { A } from '@solidjs/router';
import type { JSX } from 'solid-js';
import type { AccountState } from '../../engine/accounts/api.ts';
import { buttonClass } from '../controls/button.tsx';
import { Avatar } from '../profile/avatar.tsx';
import profile from '../profile/profile.module.css';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';

/** Whose account this is, and the way to it. */
export function AccountButton(props: { account: AccountState }): JSX.Element {
  const session = useSession();
  return (
    <A
      href="/account"
      class={`${buttonClass('quiet')} ${profile.button}`}
      aria-label={strings.home.account(props.account.name)}
    >
      <Avatar name={props.account.name} color={session.engine.profile.color} />
      <span class={profile.buttonName}>{props.account.name}</span>
    </A>
  );
}
