import type { JSX } from 'solid-js';
import { strings } from '../strings.ts';
import { MessagePage } from './message-page.tsx';

/** Where no document can be shown at all in this tab, as things are. */
export function BlockedPage(props: { problem: 'elsewhere' | 'unsupported' }): JSX.Element {
  return <MessagePage bare heading={strings.blocked[props.problem]} body={strings.problems[props.problem]} />;
}
