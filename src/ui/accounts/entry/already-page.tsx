import { A } from '@solidjs/router';
import type { JSX } from 'solid-js';
import { buttonClass } from '../../controls/button.tsx';
import { MessagePage } from '../../shell/message-page.tsx';
import { strings } from '../../strings.ts';

/** Where an address is only for those who are not signed in. */
export function AlreadyPage(props: { name: string }): JSX.Element {
  return (
    <MessagePage heading={strings.entry.alreadyHeading} body={strings.entry.already(props.name)}>
      <A href="/" class={buttonClass('primary')}>
        {strings.failures.toStart}
      </A>
      <A href="/account" class={buttonClass('plain')}>
        {strings.entry.toAccount}
      </A>
    </MessagePage>
  );
}
