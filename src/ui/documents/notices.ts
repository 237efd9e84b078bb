import type { EngineProblem, RoomFailure, RoomState } from '../../engine/api.ts';
import type { BannerTone } from '../shell/banner.tsx';
import { explain, strings } from '../strings.ts';
import { isShutOut } from './page-view.ts';

export type Notice = {
  readonly tone: BannerTone;
  readonly text: string;
  readonly action?: 'rescued' | 'reload' | 'security' | 'ask';
};

/** What the person reads elsewhere: above every screen, where the account is; or as an alarm. */
const SAID_ELSEWHERE: ReadonlySet<RoomFailure> = new Set<RoomFailure>([
  'session-needed',
  'device-revoked',
  'banned',
  'forked',
  'rolled-back',
]);

/** What the person has to know about a document besides its text, gravest first. */
export function noticesFor(
  room: Pick<RoomState, 'failure' | 'readOnly' | 'role' | 'saved' | 'rescued' | 'alarm'>,
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
  const failure = failureToTell(room);
  if (failure !== null) {
    const action = isShutOut(room) ? ({ action: 'ask' } as const) : {};
    notices.push({ tone: 'warning', text: explain(strings.refusals[failure]), ...action });
  }
  if (room.alarm !== null) {
    notices.push({ tone: 'warning', text: `${words.alarm[room.alarm]} ${words.alarmThen}`, action: 'security' });
  }
  if (room.readOnly === 'newer-schema') {
    notices.push({ tone: 'warning', text: words.newerSchema, action: 'reload' });
  } else if (room.readOnly === 'role' && failure === null) {
    notices.push({ tone: 'info', text: room.role === 'commenter' ? words.commenter : words.viewer });
  }
  return notices;
}

/** Why nothing arrives any more in a document that is here, where nothing else says it. */
function failureToTell({ failure, saved }: Pick<RoomState, 'failure' | 'saved'>): RoomFailure | null {
  if (failure === null || SAID_ELSEWHERE.has(failure)) return null;
  return saved.at === 'refused' && saved.reason === failure ? null : failure;
}

export const sameNotices = (a: readonly Notice[], b: readonly Notice[]): boolean =>
  a.length === b.length && a.every((notice, index) => notice.text === b[index]?.text && notice.tone === b[index]?.tone);
