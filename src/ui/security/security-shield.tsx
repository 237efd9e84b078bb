import type { JSX } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { buttonClass } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { createRoomTrust } from './room-trust.ts';
import styles from './security.module.css';
import { SecurityDialog } from './security-dialog.tsx';
import { ShieldIcon } from './shield-icon.tsx';
import { type Shield, shieldOf } from './shield-state.ts';

type Props = { room: RoomState; open: boolean; onOpen: () => void; onClose: () => void };

/** In the document's header: how safe it is, as far as that is known, and the way to all that is known. */
export function SecurityShield(props: Props): JSX.Element {
  const session = useSession();
  const contacts = () => session.engine.account?.contacts ?? [];
  const trust = createRoomTrust(
    session.client,
    () => props.room,
    contacts,
    () => props.open,
  );
  const shield = (): Shield =>
    shieldOf({
      room: props.room,
      isOnline: session.engine.connection === 'online',
      people: trust()?.people ?? null,
      contacts: contacts(),
    });
  return (
    <>
      <button
        type="button"
        class={`${buttonClass('quiet', 'icon')} ${styles.shield}`}
        aria-label={strings.security.open(shield().headline)}
        title={shield().headline}
        onClick={() => props.onOpen()}
      >
        <ShieldIcon level={shield().level} size={20} />
      </button>
      <SecurityDialog open={props.open} room={props.room} shield={shield()} trust={trust()} onClose={props.onClose} />
    </>
  );
}
