import type { JSX } from 'solid-js';
import type { RoomId } from '../../wire/ids.ts';
import { Dialog } from '../controls/dialog.tsx';
import { strings } from '../strings.ts';
import { AskForAccess } from './ask-for-access.tsx';

/** From a document that is on this device, and lets it in no more. */
export function AskDialog(props: { open: boolean; room: RoomId; onClose: () => void }): JSX.Element {
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={strings.knocks.ask}>
      <AskForAccess room={props.room} fragment="" />
    </Dialog>
  );
}
