import { useNavigate } from '@solidjs/router';
import { createSignal, type JSX, Show } from 'solid-js';
import { Button, type ButtonLook } from '../../controls/button.tsx';
import { Dialog } from '../../controls/dialog.tsx';
import { DialogActions } from '../../controls/dialog-actions.tsx';
import { SubmitButton } from '../../controls/submit-button.tsx';
import { useSession } from '../../services.ts';
import { strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import { describeUnsent } from '../unsent.ts';
import { UnsentList } from '../unsent-list.tsx';
import styles from './section.module.css';
import { SectionHead } from './section-head.tsx';

const words = strings.signOut;

/** Signs out, and asks once more where something would be lost. */
function createSignOut() {
  const session = useSession();
  const navigate = useNavigate();
  const command = createCommand();
  const [everywhere, setEverywhere] = createSignal(false);
  const signOut = async (options: { everywhere: boolean; loseUnsent: boolean }): Promise<void> => {
    if (command.busy()) return;
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
    isBusy: (where: boolean): boolean => command.busy() && everywhere() === where,
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
      <SignOutForm look="primary" busy={leaving.isBusy(false)} onSubmit={() => leaving.signOut(false)}>
        {words.here}
      </SignOutForm>
      <h2 class={styles.subheading}>{words.everywhereHeading}</h2>
      <p class={styles.lead}>{words.everywhereBody}</p>
      <SignOutForm look="plain" busy={leaving.isBusy(true)} onSubmit={() => leaving.signOut(true)}>
        {words.everywhere}
      </SignOutForm>
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

type FormProps = { look: ButtonLook; busy: boolean; onSubmit: () => void; children: JSX.Element };

/** What was written is waited for until it is sent, which can take seconds: the button says that it is at it. */
function SignOutForm(props: FormProps): JSX.Element {
  const submit = (event: Event): void => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <SubmitButton look={props.look} busy={props.busy}>
        {props.children}
      </SubmitButton>
    </form>
  );
}
