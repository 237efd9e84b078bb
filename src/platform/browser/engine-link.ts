/**
 * What a tab and the engine's host say to each other. Three kinds of ports:
 * - the worker's own port carries calls of `TabService`, through comlink;
 * - an events port, one for each tab: the host posts `EngineState`, whole, at most once in `STATE_INTERVAL_MS`;
 * - a document port, one for each attached document: y-websocket's frames both ways, and the notices below.
 *
 * Neither side learns from a port that the other one died. So each holds a Web Lock with a name of its own, and the other
 * side asks for the same lock: it is granted at the holder's end.
 */
import type { AccountCommands } from '../../engine/accounts/api.ts';
import type { Attachment, EngineCommands, EngineState, Outcome } from '../../engine/api.ts';
import type { MembershipCommands } from '../../engine/membership/api.ts';
import type { RoomId } from '../../wire/ids.ts';

/** Held by the one engine that has vault and socket open, whatever build it is of. */
export const ENGINE_LOCK = 'sealroom-engine';
/** Where builds settle whose turn it is. */
export const ENGINE_CHANNEL = 'sealroom-engine';
/** Followed by a random name. */
export const TAB_LOCK_PREFIX = 'sealroom-tab-';
export const HOST_LOCK_PREFIX = 'sealroom-host-';

/** One frame of a 60 Hz screen. */
export const STATE_INTERVAL_MS = 16;
/** y-websocket gives up a connection that was silent for 30 s; timers of hidden tabs stand still, the host's do not. */
export const BEAT_INTERVAL_MS = 10_000;

export interface TabService extends EngineCommands, AccountCommands, MembershipCommands {
  /** Must come first. `tabLock`: held by the tab. Answers with the name of a lock that the host holds. */
  hello(tabLock: string, events: MessagePort): Promise<string>;
  /** From now on `port` speaks y-websocket's protocol about the document. */
  attach(room: RoomId, port: MessagePort): Promise<Outcome<Attachment>>;
}

/**
 * Last message of a tab on a document port: it lets go and has sent all it had. Ports are ordered, so the host then has
 * everything.
 */
export const DETACHED = 'detached';
/** The host asks the tab to stop writing and to answer with `DETACHED`: a newer build takes over. */
export const RETIRING = 'retiring';
/** The host has closed the document: the engine was stopped. */
export const ENDED = 'ended';

export type ToHostDocumentMessage = ArrayBuffer | typeof DETACHED;
export type ToTabDocumentMessage = ArrayBuffer | typeof RETIRING | typeof ENDED;
export type EventMessage = EngineState;

/** Posts a copy, because the sender may use the same bytes for other ports. */
export function postFrame(port: MessagePort, frame: Uint8Array): void {
  const copy = frame.slice().buffer;
  port.postMessage(copy, [copy]);
}
