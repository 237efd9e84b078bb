import { type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import type { RoomSecurity } from '../../engine/security/api.ts';
import { Dialog } from '../controls/dialog.tsx';
import { RenewKeys } from '../membership/renew-keys.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { whenText, whoIs } from './event-text.ts';
import type { RoomTrust } from './room-trust.ts';
import styles from './security.module.css';
import { SecurityLog } from './security-log.tsx';
import { SecurityPeople } from './security-people.tsx';
import { SecurityState } from './security-state.tsx';
import type { Shield } from './shield-state.ts';

const words = strings.security;

type Props = {
  open: boolean;
  room: RoomState;
  shield: Shield;
  trust: RoomTrust | undefined;
  onClose: () => void;
};

/** How safe the document is, who can read it on which devices, its keys, and what has happened. It opens once that is known. */
export function SecurityDialog(props: Props): JSX.Element {
  return (
    <Dialog open={props.open && (props.trust?.isWhole ?? false)} onClose={props.onClose} heading={words.heading} wide>
      <SecurityState
        room={props.room}
        shield={props.shield}
        hasEvidence={props.trust?.security?.hasEvidence ?? false}
      />
      <Show when={props.trust?.security}>
        {(security) => (
          <>
            <Show when={props.trust?.people}>
              {(people) => <SecurityPeople people={people()} security={security()} onLeave={props.onClose} />}
            </Show>
            <Keys room={props.room} security={security()} mayRenew={props.trust?.people?.mayManage ?? false} />
            <SecurityLog security={security()} />
          </>
        )}
      </Show>
    </Dialog>
  );
}

function Keys(props: { room: RoomState; security: RoomSecurity; mayRenew: boolean }): JSX.Element {
  const { now } = useSession();
  const epoch = (): string => {
    const { number, when, by } = props.security.epoch;
    return words.epoch(number, whenText(when, now()), whoIs(by?.principal, props.security.names));
  };
  return (
    <Show
      when={props.mayRenew}
      fallback={
        <section class={styles.section}>
          <h3 class={styles.heading}>{words.keys}</h3>
          <p class={styles.muted}>{epoch()}</p>
        </section>
      }
    >
      <RenewKeys room={props.room.room} about={epoch()} class={styles.section} />
    </Show>
  );
}
