import { createSignal, type JSX } from 'solid-js';
import { ProfileForm } from '../../profile/profile-form.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { DoneNote } from './done-note.tsx';
import { SectionHead } from './section-head.tsx';

export function ProfileSection(): JSX.Element {
  const session = useSession();
  const [saved, setSaved] = createSignal(false);
  return (
    <>
      <SectionHead heading={strings.profile.heading} lead={strings.profile.body} />
      <ProfileForm
        profile={session.engine.profile}
        onChange={() => setSaved(false)}
        onSave={(profile) => {
          void session.client.setProfile(profile);
          setSaved(true);
        }}
      />
      <DoneNote text={saved() ? strings.account.saved : undefined} />
    </>
  );
}
