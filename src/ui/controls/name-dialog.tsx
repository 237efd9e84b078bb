import { createSignal, type JSX } from 'solid-js';
import { strings } from '../strings.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { DialogActions } from './dialog-actions.tsx';
import { SubmitButton } from './submit-button.tsx';
import { TextField } from './text-field.tsx';

/** Characters. Room for a phrase, and it still fits on a phone. */
const MAX_LENGTH = 60;

type Props = {
  heading: string;
  label: string;
  /** To begin with. */
  name: string;
  save: string;
  busy: boolean;
  /** Why it did not work. */
  sentence: string | undefined;
  onClose: () => void;
  onSave: (name: string) => void;
};

/** Asks for the name of something. */
export function NameDialog(props: Props): JSX.Element {
  const [name, setName] = createSignal(props.name);
  const submit = (event: Event): void => {
    event.preventDefault();
    const cleaned = name().trim();
    if (cleaned !== '') props.onSave(cleaned);
  };
  return (
    <Dialog open onClose={props.onClose} heading={props.heading}>
      <form onSubmit={submit}>
        <TextField
          label={props.label}
          value={name()}
          onInput={setName}
          error={props.sentence}
          maxLength={MAX_LENGTH}
          autocomplete="off"
          required
        />
        <DialogActions>
          <Button look="plain" onClick={() => props.onClose()}>
            {strings.cancel}
          </Button>
          <SubmitButton busy={props.busy}>{props.save}</SubmitButton>
        </DialogActions>
      </form>
    </Dialog>
  );
}
