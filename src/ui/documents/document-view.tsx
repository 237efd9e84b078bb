import { A } from '@solidjs/router';
import { createEffect, createSignal, type JSX, Show } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { buttonClass } from '../controls/button.tsx';
import { ShareDialog } from '../membership/share-dialog.tsx';
import { useSession } from '../services.ts';
import { MessagePage } from '../shell/message-page.tsx';
import { strings } from '../strings.ts';
import { BrokenDocument } from './broken-document.tsx';
import { DocumentBanners } from './document-banners.tsx';
import { DocumentHeader } from './document-header.tsx';
import styles from './document-page.module.css';
import { EarlierPartsDialog } from './earlier-parts-dialog.tsx';
import { EarlierPartsLine } from './earlier-parts-line.tsx';
import { ShortcutsDialog } from './editor/shortcuts-dialog.tsx';
import { TextEditor } from './editor/text-editor.tsx';
import { createHelpKey } from './help-key.ts';
import { createLeaveGuard } from './leave-guard.ts';
import type { Mount } from './mount.ts';
import { createMounting, type Mounting } from './mounting.ts';
import { OpeningPage } from './opening-page.tsx';
import { isWritable } from './page-view.ts';
import { makeRecovery } from './recovery.ts';
import { RescuedDialog } from './rescued-dialog.tsx';
import { shownTitle } from './save-state.ts';

/** A document that is on this device. */
export function DocumentView(props: { room: RoomState }): JSX.Element {
  const session = useSession();
  const mounting = createMounting(
    session.client,
    props.room.room,
    () => props.room.generation,
    () => session.engine.profile,
    () => isWritable(props.room, session.engine.problem, session.engine.account?.access),
  );
  const recover = makeRecovery(session.now);
  const [sharing, setSharing] = createSignal(false);
  let shareButton: HTMLElement | undefined;
  const share = {
    open: () => setSharing(true),
    ref: (button: HTMLElement) => {
      shareButton = button;
    },
  };
  createEffect(() => {
    document.title = strings.pageTitle(shownTitle(props.room));
  });
  return (
    <>
      <Show
        when={mounting.failure()}
        fallback={
          <Show keyed when={mounting.mount()} fallback={<OpeningPage />}>
            {(mount) => (
              <MountedDocument room={props.room} mount={mount} mounting={mounting} recover={recover} share={share} />
            )}
          </Show>
        }
      >
        {(failure) => (
          <MessagePage heading={strings.failures.heading} body={failure()}>
            <A href="/" class={buttonClass('primary')}>
              {strings.failures.toStart}
            </A>
          </MessagePage>
        )}
      </Show>
      {/* It stays where letting somebody in begins a new page. */}
      <ShareDialog
        open={sharing()}
        room={props.room}
        onClose={() => setSharing(false)}
        onCloseFocus={() => shareButton?.focus()}
      />
    </>
  );
}

type MountedProps = {
  room: RoomState;
  mount: Mount;
  mounting: Mounting;
  recover: () => 'renew' | 'give-up';
  share: { open: () => void; ref: (button: HTMLElement) => void };
};

function MountedDocument(props: MountedProps): JSX.Element {
  const session = useSession();
  const [broken, setBroken] = createSignal(false);
  const [helping, setHelping] = createSignal(false);
  const [rescuing, setRescuing] = createSignal(false);
  const [securing, setSecuring] = createSignal(false);
  const [lookingBack, setLookingBack] = createSignal(false);
  const writable = (): boolean =>
    !broken() && isWritable(props.room, session.engine.problem, session.engine.account?.access);
  createHelpKey(() => setHelping(true));
  createLeaveGuard(() => props.room.saved.at === 'nowhere');
  const onBroken = (error: unknown): void => {
    // Its message could quote the text, so it is for our own eyes only.
    if (import.meta.env.DEV) console.error(error);
    // Not at once: Lexical and Yjs are still in the middle of what failed.
    if (props.recover() === 'renew') queueMicrotask(() => props.mounting.renew());
    else setBroken(true);
  };
  return (
    <>
      <TextEditor
        mount={props.mount}
        caret={props.mounting.takeCaret()}
        writable={writable()}
        headClass={styles.top}
        head={(focusText) => (
          <>
            <DocumentHeader
              room={props.room}
              mount={props.mount}
              writable={writable()}
              onEnterTitle={focusText}
              securing={securing()}
              onSecuring={setSecuring}
              onShare={props.share.open}
              shareRef={props.share.ref}
            />
            <DocumentBanners
              room={props.room}
              onRescued={() => setRescuing(true)}
              onSecurity={() => setSecuring(true)}
            />
            <EarlierPartsLine room={props.room} onOpen={() => setLookingBack(true)} />
          </>
        )}
        onShortcuts={() => setHelping(true)}
        onBroken={onBroken}
      />
      <Show when={broken()}>
        <BrokenDocument doc={props.mount.doc} />
      </Show>
      <ShortcutsDialog open={helping()} onClose={() => setHelping(false)} />
      <EarlierPartsDialog open={lookingBack()} room={props.room} onClose={() => setLookingBack(false)} />
      <RescuedDialog
        open={rescuing()}
        room={props.room.room}
        title={shownTitle(props.room)}
        client={session.client}
        onClose={() => setRescuing(false)}
      />
    </>
  );
}
