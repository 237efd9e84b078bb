import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import type { EngineClient, Outcome, Profile } from '../../engine/api.ts';
import type { RoomId } from '../../wire/ids.ts';
import { announce } from './presence.ts';

/**
 * A document as this tab holds it: a Y.Doc in step with the engine's.
 *
 * Invariants:
 * - The Y.Doc is fresh at every attachment and never reused, since the engine only takes structs under the client id that
 *   it handed out for this attachment.
 * - The client id is set before provider and awareness exist, because both remember the one that they find.
 */
export type Mount = {
  readonly doc: Y.Doc;
  readonly provider: WebsocketProvider;
  readonly generation: number;
  unmount(): void;
};

export type MountEvents = {
  /** The engine has answered: the Y.Doc shows what is on this device. */
  readonly onSynced: () => void;
  /** Yjs chose another client id by itself, under which the engine takes nothing: mount anew. */
  readonly onStale: () => void;
};

const SYNC_MESSAGE = 0;
const SYNC_QUESTION = 0;

/**
 * A socket that lets changes through only for those who may make some. While it renders what others sent, Lexical now and
 * then tidies up in the Y.Doc by itself; in a reader's tab that must stay there.
 */
export function readOnlyUnless(mayWrite: () => boolean, Socket: typeof WebSocket): typeof WebSocket {
  return class extends Socket {
    override send(data: Uint8Array<ArrayBuffer>): void {
      const isChange = data[0] === SYNC_MESSAGE && data[1] !== SYNC_QUESTION;
      if (!isChange || mayWrite()) super.send(data);
    }
  };
}

export async function mountDocument(
  client: Pick<EngineClient, 'attach'>,
  room: RoomId,
  person: { readonly profile: Profile; mayWrite(): boolean },
  events: MountEvents,
): Promise<Outcome<Mount>> {
  const outcome = await client.attach(room);
  if (!outcome.ok) return outcome;
  const { clientId, generation, Socket, detach } = outcome.value;

  const doc = new Y.Doc();
  doc.clientID = clientId;
  const provider = new WebsocketProvider('relay:', room, doc, {
    connect: false,
    disableBc: true,
    WebSocketPolyfill: readOnlyUnless(() => person.mayWrite(), Socket as typeof WebSocket),
  });
  announce(provider.awareness, person.profile);

  const onSync = (synced: boolean): void => {
    if (synced) events.onSynced();
  };
  const onTransaction = (): void => {
    if (doc.clientID !== clientId) events.onStale();
  };
  provider.on('sync', onSync);
  doc.on('afterTransactionCleanup', onTransaction);
  provider.connect();

  const unmount = (): void => {
    provider.off('sync', onSync);
    doc.off('afterTransactionCleanup', onTransaction);
    provider.awareness.setLocalState(null);
    provider.destroy();
    provider.awareness.destroy();
    doc.destroy();
    detach();
  };
  return { ok: true, value: { doc, provider, generation, unmount } };
}
