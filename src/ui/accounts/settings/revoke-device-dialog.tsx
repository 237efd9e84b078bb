import { type JSX, Show } from 'solid-js';
import type { AccountState, DeviceInfo } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { DialogActions } from '../../controls/dialog-actions.tsx';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { createProof, ProofFields } from '../proof-fields.tsx';
import { deviceName } from './device-name.ts';

const words = strings.devices;

type Props = {
  device: DeviceInfo | undefined;
  account: AccountState;
  onClose: () => void;
  onDone: (name: string) => void;
};

export function RevokeDeviceDialog(props: Props): JSX.Element {
  const name = (device: DeviceInfo): string => deviceName(props.account, device) || words.unnamed;
  return (
    <Show when={props.device}>
      {(device) => (
        <Dialog open onClose={props.onClose} heading={words.revokeHeading(name(device()))} body={words.revokeBody}>
          <RevokeForm {...props} device={device()} onDone={() => props.onDone(name(device()))} />
        </Dialog>
      )}
    </Show>
  );
}

function RevokeForm(props: {
  device: DeviceInfo;
  account: AccountState;
  onClose: () => void;
  onDone: () => void;
}): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const { proof, setProof } = createProof();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (await command.run(() => session.client.accounts.revokeDevice(props.device.id, proof()))) props.onDone();
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <ProofFields name={props.account.name} proof={proof()} onChange={setProof} />
      <FailureNote failure={command.failure()} />
      <DialogActions>
        <Button look="plain" onClick={() => props.onClose()}>
          {strings.cancel}
        </Button>
        <SubmitButton look="danger" busy={command.busy()}>
          {words.revokeConfirm}
        </SubmitButton>
      </DialogActions>
    </form>
  );
}
