import { For, type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { Button } from '../controls/button.tsx';
import { Dialog } from '../controls/dialog.tsx';
import { DialogActions } from '../controls/dialog-actions.tsx';
import { strings } from '../strings.ts';
import { describeLosses } from './losses.ts';
import { shownTitle } from './save-state.ts';
import styles from './start-page.module.css';

type Props = { room: RoomState | undefined; onClose: () => void; onConfirm: (room: RoomState) => void };

const words = (room: RoomState) =>
  room.kept === 'account'
    ? {
        heading: strings.home.removeDocumentHeading,
        body: strings.home.removeDocumentBody,
        confirm: strings.home.removeDocumentConfirm,
      }
    : {
        heading: strings.documents.removeHeading,
        body: strings.documents.removeBody,
        confirm: strings.documents.removeConfirm,
      };

export function RemoveDialog(props: Props): JSX.Element {
  return (
    <Show when={props.room}>
      {(room) => (
        <Dialog
          open
          onClose={props.onClose}
          heading={words(room()).heading}
          body={words(room()).body(shownTitle(room()))}
        >
          <ul class={styles.losses}>
            <For each={describeLosses(room())}>{(loss) => <li>{loss}</li>}</For>
          </ul>
          <DialogActions>
            <Button look="plain" onClick={() => props.onClose()}>
              {strings.cancel}
            </Button>
            <Button look="danger" onClick={() => props.onConfirm(room())}>
              {words(room()).confirm}
            </Button>
          </DialogActions>
        </Dialog>
      )}
    </Show>
  );
}
