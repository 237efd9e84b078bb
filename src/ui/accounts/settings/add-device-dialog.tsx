import { createSignal, type JSX } from 'solid-js';
import type { AccountState } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { CodeScanner } from '../../controls/code-scanner.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { DialogActions } from '../../controls/dialog-actions.tsx';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { TextField } from '../../controls/text-field.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { createProof, ProofFields } from '../proof-fields.tsx';

const words = strings.devices;

type FormProps = { account: AccountState; onClose: () => void; onDone: () => void };

/** On the old device: takes the code that the new one shows, by camera or as text. */
export function AddDeviceDialog(props: FormProps & { open: boolean }): JSX.Element {
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={words.addHeading} body={words.addBody}>
      <AddDeviceForm account={props.account} onClose={props.onClose} onDone={props.onDone} />
    </Dialog>
  );
}

function AddDeviceForm(props: FormProps): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const { proof, setProof } = createProof();
  const [code, setCode] = createSignal('');
  const isAboutCode = (): boolean => command.failure()?.reason === 'bad-pairing-code';
  const change = (text: string): void => {
    command.clear();
    setCode(text);
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await command.run(() => session.client.accounts.admitDevice(code().trim(), proof()))) props.onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <TextField
        label={words.addCode}
        value={code()}
        onInput={change}
        note={words.addCodeNote}
        error={isAboutCode() ? command.sentence() : undefined}
        name="pairing-code"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        required
        below={<CodeScanner onCode={change} />}
      />
      <ProofFields name={props.account.name} proof={proof()} onChange={setProof} />
      <FailureNote failure={isAboutCode() ? undefined : command.failure()} />
      <DialogActions>
        <Button look="plain" onClick={() => props.onClose()}>
          {strings.cancel}
        </Button>
        <SubmitButton busy={command.busy()}>{words.addConfirm}</SubmitButton>
      </DialogActions>
    </form>
  );
}
