import type { JSX } from 'solid-js';
import { useSession } from '../services.ts';
import { ProfileDialog } from './profile-dialog.tsx';

/** The profile dialog for the person at this device. */
export function OwnProfileDialog(props: { open: boolean; onClose: () => void }): JSX.Element {
  const session = useSession();
  return (
    <ProfileDialog
      open={props.open}
      profile={session.engine.profile}
      onClose={props.onClose}
      onSave={(profile) => {
        props.onClose();
        void session.client.setProfile(profile);
      }}
    />
  );
}
