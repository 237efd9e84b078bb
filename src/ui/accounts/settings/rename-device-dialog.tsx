import type { JSX } from 'solid-js';
import { Show } from 'solid-js';
import type { AccountState, DeviceInfo } from '../../../engine/accounts/api.ts';
import { NameDialog } from '../../controls/name-dialog.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { deviceName } from './device-name.ts';

const words = strings.devices;

type Props = { device: DeviceInfo | undefined; account: AccountState; onClose: () => void; onDone: () => void };

export function RenameDeviceDialog(props: Props): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const save = async (device: DeviceInfo, name: string): Promise<void> => {
    if (await command.run(() => session.client.accounts.renameDevice(device.id, name))) props.onDone();
  };
  return (
    <Show when={props.device}>
      {(device) => (
        <NameDialog
          heading={words.renameHeading}
          label={words.deviceName}
          name={deviceName(props.account, device())}
          save={words.save}
          busy={command.busy()}
          sentence={command.sentence()}
          onClose={props.onClose}
          onSave={(name) => void save(device(), name)}
        />
      )}
    </Show>
  );
}
