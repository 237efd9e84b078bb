import type { EngineProblem, RoomState } from '../../engine/api.ts';
import type { BannerTone } from '../shell/banner.tsx';
import { explain, strings } from '../strings.ts';

export type Notice = { readonly tone: BannerTone; readonly text: string; readonly action?: 'rescued' | 'reload' };

/** What the person has to know about a document besides its text, gravest first. */
export function noticesFor(
  room: Pick<RoomState, 'readOnly' | 'role' | 'saved' | 'rescued' | 'alarm'>,
  problem: EngineProblem | null,
): readonly Notice[] {
  const words = strings.banners;
  const notices: Notice[] = [];
  if (room.saved.at === 'nowhere' && problem?.type !== 'storage') {
    notices.push({ tone: 'danger', text: explain(strings.storage[room.saved.fault]) });
  }
  if (room.rescued) {
    const why = room.saved.at === 'refused' ? ` ${explain(strings.refusals[room.saved.reason])}` : '';
    notices.push({ tone: 'danger', text: `${words.rescued}${why}`, action: 'rescued' });
  } else if (room.saved.at === 'refused') {
    notices.push({ tone: 'danger', text: explain(strings.refusals[room.saved.reason]) });
  }
  if (room.alarm !== null) {
    notices.push({ tone: 'warning', text: `${words.alarm[room.alarm]} ${words.alarmThen}` });
  }
  if (room.readOnly === 'newer-schema') {
    notices.push({ tone: 'warning', text: words.newerSchema, action: 'reload' });
  } else if (room.readOnly === 'role') {
    notices.push({ tone: 'info', text: room.role === 'commenter' ? words.commenter : words.viewer });
  }
  return notices;
}

export const sameNotices = (a: readonly Notice[], b: readonly Notice[]): boolean =>
  a.length === b.length && a.every((notice, index) => notice.text === b[index]?.text && notice.tone === b[index]?.tone);
