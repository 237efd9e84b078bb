import { createSignal, type JSX } from 'solid-js';
import { Button } from '../controls/button.tsx';
import { useSession } from '../services.ts';
import { strings } from '../strings.ts';
import { Avatar } from './avatar.tsx';
import { OwnProfileDialog } from './own-profile-dialog.tsx';
import styles from './profile.module.css';

/** The person's own name and colour, and the way to change them. */
export function ProfileButton(): JSX.Element {
  const session = useSession();
  const [open, setOpen] = createSignal(false);
  const name = (): string => session.engine.profile.name || strings.profile.anonymous;
  return (
    <>
      <Button
        look="quiet"
        class={styles.button}
        aria-label={strings.profile.open(name())}
        onClick={() => setOpen(true)}
      >
        <Avatar name={name()} color={session.engine.profile.color} />
        <span class={styles.buttonName}>{name()}</span>
      </Button>
      <OwnProfileDialog open={open()} onClose={() => setOpen(false)} />
    </>
  );
}
