import Plus from 'lucide-solid/icons/plus';
import { createSignal, For, type JSX, onMount, Show } from 'solid-js';
import type { AccountState, DeviceInfo } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { MenuItem, OptionsMenu } from '../../controls/options-menu.tsx';
import { describeTime } from '../../documents/relative-time.ts';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { AddDeviceDialog } from './add-device-dialog.tsx';
import badge from './badge.module.css';
import { deviceName } from './device-name.ts';
import { DoneNote } from './done-note.tsx';
import list from './list.module.css';
import { RenameDeviceDialog } from './rename-device-dialog.tsx';
import { RevokeDeviceDialog } from './revoke-device-dialog.tsx';
import section from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.devices;

/** What a dialog is open for. */
type Doing = { readonly what: 'add' } | { readonly what: 'rename' | 'revoke'; readonly device: DeviceInfo };

export function DevicesSection(props: { account: AccountState }): JSX.Element {
  const session = useSession();
  const command = createCommand();
  const [devices, setDevices] = createSignal<readonly DeviceInfo[]>();
  const [doing, setDoing] = createSignal<Doing>();
  const [said, setSaid] = createSignal<string>();
  const load = async (): Promise<void> => {
    const loaded = await command.run(() => session.client.accounts.devices());
    if (loaded) setDevices(loaded.value);
  };
  onMount(() => void load());
  const finish = (sentence?: string): void => {
    setDoing(undefined);
    setSaid(sentence);
    void load();
  };
  const about = (what: 'rename' | 'revoke'): DeviceInfo | undefined => {
    const current = doing();
    return current?.what === what ? current.device : undefined;
  };
  return (
    <>
      <SectionHead heading={words.heading} lead={words.body} />
      <Show when={devices()} fallback={<p class={section.empty}>{command.busy() ? words.loading : ''}</p>}>
        {(loaded) => <DeviceList account={props.account} devices={loaded()} onDo={setDoing} />}
      </Show>
      <FailureNote failure={command.failure()} />
      <div class={section.actions}>
        <Show when={command.failure()}>
          <Button look="plain" onClick={() => void load()}>
            {strings.account.retry}
          </Button>
        </Show>
        <Button look="primary" onClick={() => setDoing({ what: 'add' })}>
          <Plus size={18} aria-hidden="true" />
          {words.add}
        </Button>
      </div>
      <DoneNote text={said()} />
      <AddDeviceDialog
        open={doing()?.what === 'add'}
        account={props.account}
        onClose={() => setDoing(undefined)}
        onDone={() => finish(words.addedNow)}
      />
      <RenameDeviceDialog
        device={about('rename')}
        account={props.account}
        onClose={() => setDoing(undefined)}
        onDone={() => finish()}
      />
      <RevokeDeviceDialog
        device={about('revoke')}
        account={props.account}
        onClose={() => setDoing(undefined)}
        onDone={(name) => finish(words.revoked(name))}
      />
    </>
  );
}

type ListProps = { account: AccountState; devices: readonly DeviceInfo[]; onDo: (doing: Doing) => void };

function DeviceList(props: ListProps): JSX.Element {
  const session = useSession();
  return (
    <ul class={list.list} aria-label={words.listLabel}>
      <For each={props.devices}>
        {(device) => {
          const known = (): string => deviceName(props.account, device);
          const name = (): string => known() || words.unnamed;
          return (
            <li class={list.row}>
              <div>
                <p class={list.title}>
                  <span classList={{ [list.untitled ?? '']: known() === '' }}>{name()}</span>
                  <Show when={device.isThis}>
                    <span class={`${badge.badge} ${badge.good}`}>{words.isThis}</span>
                  </Show>
                </p>
                <p class={list.meta}>
                  <Show when={!device.isThis}>
                    <span>{words.lastSeen(describeTime(device.lastSeenAt, session.now()))}</span>
                  </Show>
                  <span>{words.added(describeTime(device.addedAt, session.now()))}</span>
                </p>
              </div>
              <OptionsMenu label={words.menu(name())}>
                <MenuItem onSelect={() => props.onDo({ what: 'rename', device })}>{words.rename}</MenuItem>
                <Show when={!device.isThis}>
                  <MenuItem danger onSelect={() => props.onDo({ what: 'revoke', device })}>
                    {words.revoke}
                  </MenuItem>
                </Show>
              </OptionsMenu>
            </li>
          );
        }}
      </For>
    </ul>
  );
}
