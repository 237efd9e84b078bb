import type { JSX } from 'solid-js';
import type { Profile } from '../../engine/api.ts';
import { Dialog } from '../controls/dialog.tsx';
import { strings } from '../strings.ts';
import { ProfileForm } from './profile-form.tsx';

type Props = { open: boolean; profile: Profile; onClose: () => void; onSave: (profile: Profile) => void };

export function ProfileDialog(props: Props): JSX.Element {
  return (
    <Dialog open={props.open} onClose={props.onClose} heading={strings.profile.heading} body={strings.profile.body}>
      <ProfileForm profile={props.profile} onSave={props.onSave} onCancel={props.onClose} />
    </Dialog>
  );
}
