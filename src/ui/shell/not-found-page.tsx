import { A } from '@solidjs/router';
import type { JSX } from 'solid-js';
import { buttonClass } from '../controls/button.tsx';
import { strings } from '../strings.ts';
import { MessagePage } from './message-page.tsx';

export function NotFoundPage(): JSX.Element {
  return (
    <MessagePage heading={strings.failures.notFoundHeading} body={strings.failures.notFound}>
      <A href="/" class={buttonClass('primary')}>
        {strings.failures.toStart}
      </A>
    </MessagePage>
  );
}
