import { createMemo, createSignal, For, type JSX } from 'solid-js';
import type { RoomState } from '../../engine/api.ts';
import { AppBanners } from '../accounts/app-banners.tsx';
import { AskDialog } from '../membership/ask-dialog.tsx';
import { useSession } from '../services.ts';
import { Banner, type BannerAction } from '../shell/banner.tsx';
import { strings } from '../strings.ts';
import { type Notice, noticesFor, sameNotices } from './notices.ts';

type Props = { room: RoomState; onRescued: () => void; onSecurity: () => void };

export function DocumentBanners(props: Props): JSX.Element {
  const session = useSession();
  const [asking, setAsking] = createSignal(false);
  // An alert that is drawn anew is read out anew: the same notices must stay where they are.
  const notices = createMemo(() => noticesFor(props.room, session.engine.problem), [], { equals: sameNotices });
  const actionOf = (notice: Notice): BannerAction | undefined => {
    if (notice.action === 'rescued') return { label: strings.rescued.open, onClick: props.onRescued };
    if (notice.action === 'security') return { label: strings.banners.alarmMore, onClick: props.onSecurity };
    if (notice.action === 'ask') return { label: strings.knocks.ask, onClick: () => setAsking(true) };
    if (notice.action === 'reload') return { label: strings.reload, onClick: () => location.reload() };
    return undefined;
  };
  return (
    <>
      <AppBanners />
      <For each={notices()}>
        {(notice) => <Banner tone={notice.tone} text={notice.text} action={actionOf(notice)} />}
      </For>
      <AskDialog open={asking()} room={props.room.room} onClose={() => setAsking(false)} />
    </>
  );
}
