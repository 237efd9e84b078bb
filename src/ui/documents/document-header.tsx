import { A } from '@solidjs/router';
import { createSignal, type JSX } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { TITLE_NAME } from '../../wire/document.ts';
import { ShareButton } from '../membership/share-button.tsx';
import { OwnProfileDialog } from '../profile/own-profile-dialog.tsx';
import { SecurityShield } from '../security/security-shield.tsx';
import { useSession } from '../services.ts';
import { Seal } from '../shell/seal.tsx';
import { strings } from '../strings.ts';
import { createCalmState } from './calm-state.ts';
import styles from './document-page.module.css';
import type { Mount } from './mount.ts';
import { PeopleList } from './people-list.tsx';
import { createPeople } from './presence.ts';
import { SaveIndicator } from './save-indicator.tsx';
import { describeSaved, isOfflineAside, shownTitle } from './save-state.ts';
import { TitleField } from './title-field.tsx';

type Props = {
  room: RoomState;
  mount: Mount;
  writable: boolean;
  onEnterTitle: () => void;
  /** The panel that says how safe the document is stands open. */
  securing: boolean;
  onSecuring: (open: boolean) => void;
  onShare: () => void;
  shareRef: (button: HTMLElement) => void;
};

export function DocumentHeader(props: Props): JSX.Element {
  const session = useSession();
  const [naming, setNaming] = createSignal(false);
  const people = createPeople(props.mount.provider.awareness);
  const saved = createCalmState(() => describeSaved(props.room.saved, session.engine.connection));
  return (
    <div class={styles.header}>
      <h1 class="visually-hidden">{shownTitle(props.room)}</h1>
      <A href="/" class={styles.home} aria-label={strings.editor.home}>
        <Seal size={26} />
      </A>
      <div class={styles.naming}>
        <TitleField
          title={props.mount.doc.getText(TITLE_NAME)}
          writable={props.writable}
          onEnter={() => props.onEnterTitle()}
        />
        <span class={styles.state}>
          <SaveIndicator live state={saved()} offline={isOfflineAside(props.room.saved, session.engine.connection)} />
        </span>
      </div>
      <SecurityShield
        room={props.room}
        open={props.securing}
        onOpen={() => props.onSecuring(true)}
        onClose={() => props.onSecuring(false)}
      />
      <PeopleList people={people()} onChangeProfile={() => setNaming(true)} />
      <ShareButton
        room={props.room}
        class={styles.share}
        textClass={styles.shareText}
        ref={props.shareRef}
        onClick={() => props.onShare()}
      />
      <OwnProfileDialog open={naming()} onClose={() => setNaming(false)} />
    </div>
  );
}
