import { createSignal, createUniqueId, type JSX, Show } from 'solid-js';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { DialogActions } from '../../controls/dialog-actions.tsx';
import fields from '../../controls/field.module.css';
import { strings } from '../../strings.ts';
import { readAddress } from './link-address.ts';

type Props = {
  open: boolean;
  /** Of the link that the caret is in, if it is in one. */
  address: string | null;
  onClose: () => void;
  /** Null removes the link. */
  onSet: (address: string | null) => void;
  /** When it has gone: the focus belongs back in the text. */
  onClosed: () => void;
};

export function LinkDialog(props: Props): JSX.Element {
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={strings.link.heading} onCloseFocus={props.onClosed}>
      <LinkForm address={props.address} onSet={props.onSet} />
    </Dialog>
  );
}

function LinkForm(props: { address: string | null; onSet: (address: string | null) => void }): JSX.Element {
  const id = createUniqueId();
  const [typed, setTyped] = createSignal(props.address ?? '');
  const [refused, setRefused] = createSignal(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    const address = readAddress(typed());
    if (address === null) setRefused(true);
    else props.onSet(address);
  };
  return (
    <form onSubmit={submit} novalidate>
      <label class={fields.label} for={id}>
        {strings.link.address}
      </label>
      <input
        id={id}
        class={fields.input}
        inputMode="url"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder="https://"
        value={typed()}
        aria-invalid={refused() ? 'true' : undefined}
        aria-describedby={`${id}-note`}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setRefused(false);
        }}
      />
      <p id={`${id}-note`} class={refused() ? fields.error : fields.note} role={refused() ? 'alert' : undefined}>
        {refused() ? strings.link.unsafe : strings.link.hint}
      </p>
      <DialogActions>
        <Show when={props.address !== null}>
          <Button look="plain" onClick={() => props.onSet(null)}>
            {strings.link.remove}
          </Button>
        </Show>
        <Button look="primary" type="submit">
          {strings.link.save}
        </Button>
      </DialogActions>
    </form>
  );
}
