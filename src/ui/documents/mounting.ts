import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup, untrack } from 'solid-js';
import type { EngineClient, Profile } from '../../engine/api.ts';
import type { RoomId } from '../../wire/ids.ts';
import { explainReason } from '../strings.ts';
import { type Caret, rememberCaret } from './editor/caret-memory.ts';
import { type Mount, mountDocument } from './mount.ts';
import { announce } from './presence.ts';

export type Mounting = {
  /** Null until the engine has answered. */
  readonly mount: Accessor<Mount | null>;
  /** A sentence, if the document cannot be joined. */
  readonly failure: Accessor<string | null>;
  /** Where the person was writing in the mount before this one. */
  takeCaret(): Caret | null;
  /** Replaces the mount by a fresh one. */
  renew(): void;
};

/**
 * Keeps one mount of a document for as long as the owner lives, and replaces it by a fresh one when the engine rebuilt the
 * document (`generation` grew) or Yjs left its client id.
 */
export function createMounting(
  client: Pick<EngineClient, 'attach'>,
  room: RoomId,
  generation: Accessor<number>,
  profile: Accessor<Profile>,
  mayWrite: Accessor<boolean>,
): Mounting {
  const [mount, setMount] = createSignal<Mount | null>(null);
  const [failure, setFailure] = createSignal<string | null>(null);
  const [round, setRound] = createSignal(0);
  // The list that it is read from changes with every key, and whoever is mounted anew for nothing loses the keys meanwhile.
  const wanted = createMemo(generation);
  const renew = (): void => {
    setRound((value) => value + 1);
  };
  let caret: Caret | null = null;

  createEffect(
    on(
      () => [round(), wanted()] as const,
      () => {
        let ended = false;
        let current: Mount | null = null;
        let synced = false;
        const show = (): void => {
          if (!ended && synced && current !== null) setMount(current);
        };
        const events = {
          onSynced: (): void => {
            synced = true;
            show();
          },
          onStale: (): void => {
            if (!ended) renew();
          },
        };
        onCleanup(() => {
          ended = true;
          if (current !== null) caret = rememberCaret(current.provider.awareness) ?? caret;
          setMount(null);
          // First the editor goes, which happens when Solid has worked through this change, then what it is bound to.
          const old = current;
          queueMicrotask(() => old?.unmount());
        });
        void mountDocument(client, room, { profile: untrack(profile), mayWrite: () => untrack(mayWrite) }, events).then(
          (outcome) => {
            if (!outcome.ok) {
              if (!ended) setFailure(explainReason(outcome.reason));
              return;
            }
            if (ended) {
              outcome.value.unmount();
              return;
            }
            setFailure(null);
            current = outcome.value;
            show();
          },
        );
      },
    ),
  );

  createEffect(() => {
    const current = mount();
    if (current !== null) announce(current.provider.awareness, profile());
  });
  const takeCaret = (): Caret | null => {
    const taken = caret;
    caret = null;
    return taken;
  };
  return { mount, failure, takeCaret, renew };
}
