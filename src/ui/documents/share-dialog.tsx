import Check from 'lucide-solid/icons/check';
import Copy from 'lucide-solid/icons/copy';
import { createResource, For, type JSX, onMount, Show } from 'solid-js';
import { Dynamic } from 'solid-js/web';
import type { EngineClient, ShareLinks } from '../../engine/api.ts';
import type { RoomId } from '../../wire/ids.ts';
import { Button } from '../controls/button.tsx';
import { createCopying } from '../controls/clipboard.ts';
import { Dialog } from '../controls/dialog.tsx';
import fields from '../controls/field.module.css';
import { strings } from '../strings.ts';
import styles from './share-dialog.module.css';

type Props = { open: boolean; room: RoomId; client: Pick<EngineClient, 'links'>; onClose: () => void };

export function ShareDialog(props: Props): JSX.Element {
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={strings.share.heading} body={strings.share.body}>
      <Links room={props.room} client={props.client} />
    </Dialog>
  );
}

type Offer = {
  readonly address: string;
  readonly action: string;
  readonly body: string;
  readonly label: string;
  readonly primary: boolean;
};

/** What may be passed on from here: only links that this device knows. */
export function offersFrom(links: ShareLinks, origin: string): readonly Offer[] {
  const words = strings.share;
  const offers: Offer[] = [];
  if (links.edit !== null) {
    offers.push({
      address: origin + links.edit,
      action: words.edit,
      body: words.editBody,
      label: words.editLink,
      primary: true,
    });
  }
  if (links.view !== null) {
    offers.push({
      address: origin + links.view,
      action: words.view,
      body: words.viewBody,
      label: words.viewLink,
      primary: links.edit === null,
    });
  }
  return offers;
}

function Links(props: { room: RoomId; client: Pick<EngineClient, 'links'> }): JSX.Element {
  const [links] = createResource(() => props.client.links(props.room));
  return (
    <Show when={links()}>
      {(known) => (
        <For each={offersFrom(known(), location.origin)} fallback={<p>{strings.share.none}</p>}>
          {(offer) => <LinkOffer offer={offer} />}
        </For>
      )}
    </Show>
  );
}

function LinkOffer(props: { offer: Offer }): JSX.Element {
  const { result, copy } = createCopying();
  const copied = (): boolean => result() === 'copied';
  return (
    <div class={styles.link}>
      <div class={styles.row}>
        <p class={styles.body}>{props.offer.body}</p>
        <Button
          look={props.offer.primary ? 'primary' : 'plain'}
          class={styles.copy}
          onClick={() => void copy(props.offer.address)}
        >
          <Dynamic component={copied() ? Check : Copy} size={16} aria-hidden="true" />
          <span aria-live="polite">{copied() ? strings.share.copied : props.offer.action}</span>
        </Button>
      </div>
      <Show when={result() === 'denied'}>
        <p class={styles.failed} role="alert">
          {strings.share.copyFailed}
        </p>
        <SelectedText text={props.offer.address} label={props.offer.label} />
      </Show>
    </div>
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
