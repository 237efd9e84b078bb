import type { JSX } from 'solid-js';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { DialogActions } from '../../controls/dialog-actions.tsx';
import { strings } from '../../strings.ts';

const words = strings.contacts;

export function RemovePersonDialog(props: {
  open: boolean;
  name: string;
  onClose: () => void;
  onConfirm: () => void;
}): JSX.Element {
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={words.removeHeading(props.name)} body={words.removeBody}>
      <DialogActions>
        <Button look="plain" onClick={() => props.onClose()}>
          {strings.cancel}
        </Button>
        <Button look="danger" onClick={() => props.onConfirm()}>
          {words.remove}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
