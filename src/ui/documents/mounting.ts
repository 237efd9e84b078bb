import { type Accessor, createEffect, createSignal, on, onCleanup, untrack } from 'solid-js';
import type { EngineClient, Profile } from '../../engine/api.ts';
import type { RoomId } from '../../wire/ids.ts';
import { explainReason } from '../strings.ts';
import { type Mount, mountDocument } from './mount.ts';
import { announce } from './presence.ts';

export type Mounting = {
  /** Null until the engine has answered. */
  readonly mount: Accessor<Mount | null>;
  /** A sentence, if the document cannot be joined. */
  readonly failure: Accessor<string | null>;
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

  createEffect(
    on(
      () => [round(), generation()] as const,
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
            if (!ended) setRound((value) => value + 1);
          },
        };
        onCleanup(() => {
          ended = true;
          // First the editor goes, then what it is bound to.
          setMount(null);
          current?.unmount();
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
  return { mount, failure };
}
