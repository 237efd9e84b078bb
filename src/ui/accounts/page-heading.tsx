import { createEffect, type JSX, onMount } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { strings } from '../strings.ts';

/**
 * The heading of a page, or of one step of it. Takes the focus, so that those who listen hear where they are and the next
 * Tab goes to the first field; and names the tab.
 */
export function PageHeading(props: { text: string; class?: string | undefined; level?: 1 | 2 }): JSX.Element {
  let element: HTMLElement | undefined;
  createEffect(() => {
    document.title = strings.pageTitle(props.text);
  });
  onMount(() => element?.focus({ preventScroll: true }));
  return (
    <Dynamic
      component={props.level === 2 ? 'h2' : 'h1'}
      ref={(heading: HTMLElement) => {
        element = heading;
      }}
      class={props.class}
      tabindex="-1"
    >
      {props.text}
    </Dynamic>
  );
}
