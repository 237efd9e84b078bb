import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { type JSX, onMount, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import { Button } from '../controls/button.tsx';
import { createCopying } from '../controls/clipboard.ts';
import fields from '../controls/field.module.css';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { describeLimits } from './link-terms.ts';
import type { LinkView } from './link-view.ts';
import styles from './share-dialog.module.css';
import type { Task } from './task.ts';

const words = strings.share;

type Props = { link: LinkView; mayEnd: boolean; onAsk: (task: Task, origin: HTMLElement) => void };

export function LinkRow(props: Props): JSX.Element {
  const session = useSession();
  const { result, copy } = createCopying();
  const copied = (): boolean => result() === 'copied';
  const address = (): string => location.origin + (props.link.path ?? '');
  const name = (): string => words.linkName(props.link.role, props.link.number);
  return (
    <li class={styles.link}>
      <div class={styles.who}>
        <p class={styles.name}>{name()}</p>
        <p class={styles.meta}>{props.link.path === null ? words.linkElsewhere : words.linkMeans(props.link.role)}</p>
        <Show when={describeLimits(props.link, session.now())}>
          {(limits) => <p class={styles.limits}>{limits()}</p>}
        </Show>
      </div>
      <div class={styles.rowActions}>
        <Show when={props.mayEnd && props.link.principal}>
          {(principal) => (
            <Button
              look="quiet"
              onClick={(event) =>
                props.onAsk({ what: 'end-link', link: principal(), role: props.link.role }, event.currentTarget)
              }
            >
              {words.endLink}
              <span class="visually-hidden">{words.which(name())}</span>
            </Button>
          )}
        </Show>
        <Show when={props.link.path !== null}>
          <Button look="plain" class={styles.copy} onClick={() => void copy(address())}>
            <Dynamic component={copied() ? Check : Copy} size={16} aria-hidden="true" />
            <span aria-live="polite">
              {copied() ? words.copied : words.copy}
              <span class="visually-hidden">{words.copyWhich(name())}</span>
            </span>
          </Button>
        </Show>
      </div>
      <Show when={result() === 'denied'}>
        <div class={styles.denied}>
          <p role="alert">{words.copyFailed}</p>
          <SelectedText text={address()} label={name()} />
        </div>
      </Show>
    </li>
  );
}

/** Text ready to be copied by hand. */
function SelectedText(props: { text: string; label: string }): JSX.Element {
  let input!: HTMLInputElement;
  onMount(() => {
    input.focus();
    input.select();
  });
  return <input ref={input} class={fields.input} readOnly aria-label={props.label} value={props.text} />;
}
