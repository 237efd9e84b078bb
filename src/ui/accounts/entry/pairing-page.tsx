import { A } from '@solidjs/router';
import { createSignal, type JSX, Match, onCleanup, onMount, Show, Switch } from 'solid-js';
import type { AccountOutcome, NewDevice } from '../../../engine/accounts/api.ts';
import { Button } from '../../controls/button.tsx';
import { useSession } from '../../services.ts';
import { explainFailure, strings } from '../../strings.ts';
import { createCommand } from '../command.ts';
import { FailureNote } from '../failure-note.tsx';
import form from '../form-page.module.css';
import { FormPage } from '../form-page.tsx';
import { documentsHere } from '../own-documents.ts';
import { TakeDocuments } from '../take-documents.tsx';
import { GuestsOnly } from './guests-only.tsx';
import { PairingCode } from './pairing-code.tsx';
import styles from './pairing-page.module.css';
import { createWayBack } from './way-back.ts';

const words = strings.pairing;

export function PairingPage(): JSX.Element {
  return (
    <GuestsOnly>
      <Pairing />
    </GuestsOnly>
  );
}

/** A code, and the wait for a device that scans it. Given up when the owner goes. */
function createPairing(onWelcome: () => void) {
  const session = useSession();
  const begin = createCommand();
  const [code, setCode] = createSignal<NewDevice>();
  const [ended, setEnded] = createSignal<Extract<AccountOutcome<null>, { ok: false }>>();
  let ticket: string | undefined;
  const give = (): void => {
    if (ticket !== undefined) void session.client.accounts.cancelPairing(ticket);
    ticket = undefined;
  };
  const start = async (takeDocuments: boolean): Promise<void> => {
    setEnded(undefined);
    const begun = await begin.run(() => session.client.accounts.beginPairing());
    if (begun === undefined) return;
    const mine = begun.value.ticket;
    ticket = mine;
    setCode(begun.value);
    const outcome = await session.client.accounts.awaitWelcome(mine, takeDocuments);
    if (ticket !== mine) return;
    ticket = undefined;
    setCode(undefined);
    if (outcome.ok) onWelcome();
    else setEnded(outcome);
  };
  onCleanup(give);
  return { start, code, ended, busy: begin.busy, failure: begin.failure };
}

function Pairing(): JSX.Element {
  const session = useSession();
  const { state, goBack } = createWayBack();
  const [take, setTake] = createSignal(true);
  const pairing = createPairing(goBack);
  const isTaking = (): boolean => take() && documentsHere(session.engine) > 0;
  // With nothing to decide there is nothing to press.
  onMount(() => {
    if (documentsHere(session.engine) === 0) void pairing.start(false);
  });
  return (
    <FormPage
      heading={pairing.ended() ? words.expiredHeading : words.heading}
      lead={pairing.ended() ? undefined : words.lead}
    >
      <Show when={pairing.code() === undefined}>
        <TakeDocuments documents={documentsHere(session.engine)} checked={take()} onChange={setTake} />
      </Show>
      <Switch
        fallback={
          <Button look="primary" class={form.submit} onClick={() => void pairing.start(isTaking())}>
            {words.showCode}
          </Button>
        }
      >
        <Match when={pairing.code()}>{(device) => <PairingCode code={device().code} />}</Match>
        <Match when={pairing.ended()}>
          {(outcome) => (
            <>
              <p class={styles.expired}>
                {outcome().reason === 'no-welcome' ? words.expired : explainFailure(outcome())}
              </p>
              <Button look="primary" class={form.submit} onClick={() => void pairing.start(isTaking())}>
                {words.renew}
              </Button>
            </>
          )}
        </Match>
      </Switch>
      <FailureNote failure={pairing.failure()} />
      <div class={form.others}>
        <A href="/sign-in" state={state}>
          {words.instead}
        </A>
      </div>
    </FormPage>
  );
}
