import { useNavigate } from '@solidjs/router';
import { createSignal, type JSX, Show } from 'solid-js';
import { Button } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { DialogActions } from '../../controls/dialog-actions.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { describeUnsent } from '../unsent.ts';
import { UnsentList } from '../unsent-list.tsx';
import styles from './account-page.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.signOut;

/** Signs out, and asks once more where something would be lost. */
function createSignOut() {
  const session = useSession();
  const navigate = useNavigate();
  const command = createCommand();
  const [everywhere, setEverywhere] = createSignal(false);
  const signOut = async (options: { everywhere: boolean; loseUnsent: boolean }): Promise<void> => {
    setEverywhere(options.everywhere);
    if (await command.run(() => session.client.accounts.signOut(options))) navigate('/');
  };
  const isUnsent = (): boolean => command.failure()?.reason === 'unsent';
  const lost = (): readonly string[] => {
    const known = describeUnsent(session.engine.rooms);
    return known.length > 0 ? known : [words.unsentSomewhere];
  };
  return {
    isUnsent,
    lost,
    failure: () => (isUnsent() ? undefined : command.failure()),
    signOut: (where: boolean) => void signOut({ everywhere: where, loseUnsent: false }),
    loseUnsent: () => void signOut({ everywhere: everywhere(), loseUnsent: true }),
    cancel: command.clear,
  };
}

export function SignOutSection(): JSX.Element {
  const leaving = createSignOut();
  return (
    <>
      <SectionHead heading={words.heading} lead={words.body} />
      <Button look="primary" onClick={() => leaving.signOut(false)}>
        {words.here}
      </Button>
      <h2 class={styles.subheading}>{words.everywhereHeading}</h2>
      <p class={styles.lead}>{words.everywhereBody}</p>
      <Button look="plain" onClick={() => leaving.signOut(true)}>
        {words.everywhere}
      </Button>
      <FailureNote failure={leaving.failure()} />
      <Show when={leaving.isUnsent()}>
        <Dialog open onClose={leaving.cancel} heading={words.unsentHeading}>
          <UnsentList lead={words.unsentBody} lines={leaving.lost()} />
          <DialogActions>
            <Button look="plain" onClick={() => leaving.cancel()}>
              {strings.cancel}
            </Button>
            <Button look="danger" onClick={() => leaving.loseUnsent()}>
              {words.loseUnsent}
            </Button>
          </DialogActions>
        </Dialog>
      </Show>
    </>
  );
}
