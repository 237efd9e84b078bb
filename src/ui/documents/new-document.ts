import { useNavigate } from '@solidjs/router';
import { type Accessor, createSignal } from 'solid-js';
import type { Newcomers } from '../../wire/epoch.ts';
import { useSession } from '../services.ts';
import { explainReason, strings } from '../strings.ts';

export type NewDocument = {
  readonly create: (newcomers?: Newcomers) => Promise<void>;
  /** A sentence for the person, if it did not work. */
  readonly failure: Accessor<string | undefined>;
  readonly busy: Accessor<boolean>;
};

/** Makes a document and goes there. */
export function createNewDocument(): NewDocument {
  const session = useSession();
  const navigate = useNavigate();
  const [failure, setFailure] = createSignal<string>();
  const [busy, setBusy] = createSignal(false);
  const create = async (newcomers?: Newcomers): Promise<void> => {
    setBusy(true);
    const outcome = await session.client.createDocument(newcomers);
    setBusy(false);
    if (outcome.ok) navigate(`/d/${outcome.value}`);
    else setFailure(`${strings.failures.createFailed}. ${explainReason(outcome.reason)}`);
  };
  return { create, failure, busy };
}
