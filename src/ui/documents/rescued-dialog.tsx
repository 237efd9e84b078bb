import { createResource, createSignal, type JSX, Show } from 'solid-js';
import type { EngineClient } from '../../engine/api.ts';
import type { RoomId } from '../../wire/ids.ts';
import { Button, buttonClass } from '../controls/button.tsx';
import { createCopying } from '../controls/clipboard.ts';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { strings } from '../strings.ts';
import { createDownload } from './download.ts';
import styles from './rescued-dialog.module.css';

type Client = Pick<EngineClient, 'rescued' | 'discardRescued'>;
type Props = { open: boolean; room: RoomId; title: string; client: Client; onClose: () => void };

/** The person's refused text: to read, take along, or let go. */
export function RescuedDialog(props: Props): JSX.Element {
  return (
    <Dialog
      wide
      open={props.open}
      onClose={props.onClose}
      heading={strings.rescued.heading}
      body={strings.rescued.body}
    >
      <Rescued room={props.room} title={props.title} client={props.client} onDone={props.onClose} />
    </Dialog>
  );
}

function Rescued(props: { room: RoomId; title: string; client: Client; onDone: () => void }): JSX.Element {
  const [texts] = createResource(() => props.client.rescued(props.room));
  const text = (): string => (texts() ?? []).join('\n\n');
  return (
    <Show when={texts()}>
      <Show when={text() !== ''} fallback={<p>{strings.rescued.empty}</p>}>
        <RescuedText text={text()} fileName={strings.rescued.fileName(props.title)} />
      </Show>
      <Discard
        onDiscard={() => {
          void props.client.discardRescued(props.room);
          props.onDone();
        }}
      />
    </Show>
  );
}

function RescuedText(props: { text: string; fileName: string }): JSX.Element {
  let area!: HTMLTextAreaElement;
  const { result, copy } = createCopying();
  const address = createDownload(() => props.text);
  const copyText = async (): Promise<void> => {
    await copy(props.text);
    if (result() === 'denied') area.select();
  };
  return (
    <>
      <textarea
        ref={area}
        class={styles.text}
        readOnly
        aria-label={strings.rescued.text}
        value={props.text}
        rows={10}
      />
      <p class={styles.note} role="note" aria-live="polite">
        {result() === 'denied' ? strings.rescued.copyFailed : result() === 'copied' ? strings.rescued.copied : ''}
      </p>
      <DialogActions>
        <a class={buttonClass('plain')} href={address()} download={props.fileName}>
          {strings.rescued.download}
        </a>
        <Button look="primary" onClick={() => void copyText()}>
          {strings.rescued.copy}
        </Button>
      </DialogActions>
    </>
  );
}

/** Two presses, since there is no way back. */
function Discard(props: { onDiscard: () => void }): JSX.Element {
  const [asked, setAsked] = createSignal(false);
  return (
    <DialogActions>
      <Show
        when={asked()}
        fallback={
          <Button look="quiet" onClick={() => setAsked(true)}>
            {strings.rescued.discard}
          </Button>
        }
      >
        <Button look="danger" onClick={() => props.onDiscard()}>
          {strings.rescued.discardConfirm}
        </Button>
      </Show>
    </DialogActions>
  );
}
