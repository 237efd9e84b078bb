/**
 * Signing in by password or recovery code. For a name that nobody has, everything is done as for one that somebody has,
 * with the decoy in place of the account: neither the answers nor their time say which it was.
 */
import { equalBytes } from '../../src/wire/bytes.ts';
import type { WayIn } from '../../src/wire/http/accounts.ts';
import { ATTEMPT_ID_BYTES } from '../../src/wire/http/limits.ts';
import { type BeginSignIn, type DeviceProof, type SignIn, signInSignedBytes } from '../../src/wire/http/sign-in.ts';
import type { UserName } from '../../src/wire/http/user-name.ts';
import { type DeviceId, idBytes } from '../../src/wire/ids.ts';
import { accountKeys } from '../store/account-keys.ts';
import { type Account, findAccountId, readAccount } from './account-record.ts';
import type { Attempts, Ticket } from './attempts.ts';
import { refusalOf } from './bans.ts';
import type { ServiceContext } from './context.ts';
import { readDecoy } from './decoy.ts';
import { readDevice } from './device-record.ts';
import { commitEnding } from './endings.ts';
import { beginLogin, type LoginState, loginHolds } from './opaque.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';
import { Pending } from './pending.ts';
import { openSession } from './session-opening.ts';
import type { Tokens } from './tokens.ts';

/** From the first request of a sign-in to the second: the client stretches the password meanwhile. */
export const SIGN_IN_MS = 2 * 60 * 1000;

type Begun = {
  readonly account: Account | null;
  readonly way: WayIn;
  readonly login: LoginState;
  readonly ticket: Ticket;
};

export type BegunSignIn = { readonly attempt: Uint8Array; readonly response: Uint8Array };
export type FinishedSignIn = {
  readonly account: Account;
  readonly way: WayIn;
  readonly device: DeviceId | null;
  readonly tokens: Tokens;
};

export type SignIns = ReturnType<typeof createSignIns>;

/** All functions throw StorageFailed as the store does. */
export function createSignIns(context: ServiceContext, attempts: Attempts) {
  const { store, setup, clock, random, verifier } = context;
  const pending = new Pending<Begun>(clock.now, SIGN_IN_MS);

  async function find(name: UserName): Promise<Account | null> {
    const id = await findAccountId(store, name);
    return (id && (await readAccount(store, id))?.account) ?? null;
  }

  /** The listed device that the proof is of, null for one that is on no list of this account. */
  async function provenDevice(account: Account, proof: DeviceProof | undefined) {
    const stored = proof && (await readDevice(store, proof.id));
    const isListed = stored?.record.state === 'listed' && stored.record.account === account.id;
    return proof && isListed ? { id: proof.id, stored } : null;
  }

  async function open(begun: Account, way: WayIn, proof: DeviceProof | undefined) {
    const stored = await readAccount(store, begun.id);
    // The password was changed between the two requests.
    if (!stored || !equalBytes(stored.account.ways[way].record, begun.ways[way].record))
      return decline('wrong-credentials');
    const { account, value } = stored;
    // Now that the secret was proven: nobody else hears of a ban.
    const refusal = refusalOf(account);
    if (refusal) return refusal;
    const device = await provenDevice(account, proof);
    const opening = await openSession(context, account, device);
    const checks = [{ key: accountKeys.account(account.id), value }, ...opening.checks];
    const result = await commitEnding(context, opening.ended, checks, opening.writes);
    if (result === 'conflict') return result;
    return done<FinishedSignIn>({ account, way, device: device?.id ?? null, tokens: opening.tokens });
  }

  return {
    /** `address`: as `addressGroup` gives it. Says nothing of whether there is such an account. */
    async begin({ name, way, request }: BeginSignIn, address: string): Promise<Outcome<BegunSignIn>> {
      const ticket = await attempts.begin([
        { kind: 'name', text: name },
        { kind: 'address', text: address },
      ]);
      if (!ticket.ok) return ticket;
      const absent = setup.absentAccount(name);
      const account = await find(name);
      const { record } = (account ?? (await readDecoy(store))).ways[way];
      const begun = beginLogin(setup.opaque, account?.id ?? absent, way, record, request);
      if (!begun) return decline('malformed');
      const attempt = random(ATTEMPT_ID_BYTES);
      pending.add(attempt, { account, way, login: begun.login, ticket: ticket.value });
      return done({ attempt, response: begun.response });
    },

    /** `host`: as the client addressed the server. */
    async finish({ attempt, finish, device }: SignIn, host: string): Promise<Outcome<FinishedSignIn>> {
      const begun = pending.take(attempt);
      if (!begun) return decline('attempt-expired');
      const { account, way, login, ticket } = begun;
      if (!loginHolds(login, finish) || !account) return decline('wrong-credentials');
      if (device && !(await verifier.verify([proofOf(device, attempt, host)]))) return decline('bad-signature');
      await attempts.giveBack(ticket);
      return retried(() => open(account, way, device));
    },
  };
}

const proofOf = ({ id, signature }: DeviceProof, attempt: Uint8Array, host: string) => ({
  key: idBytes(id),
  message: signInSignedBytes(attempt, host),
  signature,
});
