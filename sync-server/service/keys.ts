/**
 * Changing the password, the recovery code, or both. Asks for a login with what holds until now, although there is a
 * session: a browser left open must not be enough to take an account over. A new password ends all other sessions.
 */
import { equalBytes } from '../../src/wire/bytes.ts';
import { WAYS_IN, type WayIn } from '../../src/wire/http/accounts.ts';
import type { AccountId } from '../../src/wire/http/fields.ts';
import type { BeginKeyChange, ChangeKeys } from '../../src/wire/http/keys.ts';
import { ATTEMPT_ID_BYTES } from '../../src/wire/http/limits.ts';
import { accountKeys } from '../store/account-keys.ts';
import { encodeAccount, readAccount } from './account-record.ts';
import type { Attempts, Ticket } from './attempts.ts';
import { refusalOf } from './bans.ts';
import type { ServiceContext } from './context.ts';
import { commitEnding, listedDevices } from './endings.ts';
import { beginLogin, type LoginState, loginHolds, registrationResponse } from './opaque.ts';
import { decline, done, type Outcome, retried } from './outcome.ts';
import { Pending } from './pending.ts';
import { encodeSession, readSession } from './session-record.ts';
import type { SignedIn } from './sessions.ts';

/** From the first request of a change to the second: a new recovery code may be written down meanwhile. */
export const KEY_CHANGE_MS = 15 * 60 * 1000;

type Begun = {
  readonly account: AccountId;
  readonly session: Uint8Array;
  /** The way in that is the proof, and its record. */
  readonly way: WayIn;
  readonly record: Uint8Array;
  readonly login: LoginState;
  readonly ticket: Ticket;
  readonly changes: readonly WayIn[];
};

export type BegunKeyChange = {
  readonly attempt: Uint8Array;
  readonly response: Uint8Array;
  /** Null where no registration was asked for. */
  readonly password: Uint8Array | null;
  readonly recovery: Uint8Array | null;
};

export type Keys = ReturnType<typeof createKeys>;

/** All functions throw StorageFailed as the store does. */
export function createKeys(context: ServiceContext, attempts: Attempts) {
  const { store, setup, clock, random } = context;
  const pending = new Pending<Begun>(clock.now, KEY_CHANGE_MS);

  return {
    /** `address`: as `addressGroup` gives it. */
    async begin(signedIn: SignedIn, request: BeginKeyChange, address: string): Promise<Outcome<BegunKeyChange>> {
      const { account } = signedIn.account;
      const ticket = await attempts.begin([
        { kind: 'name', text: account.name },
        { kind: 'address', text: address },
      ]);
      if (!ticket.ok) return ticket;
      const { record } = account.ways[request.way];
      const begun = beginLogin(setup.opaque, account.id, request.way, record, request.request);
      const changes = WAYS_IN.filter((way) => request[way] !== undefined);
      const responses = new Map(
        changes.map((way) => {
          const registration = request[way];
          return [way, registration && registrationResponse(setup.opaque, account.id, way, registration)];
        }),
      );
      if (!begun || changes.some((way) => !responses.get(way))) return decline('malformed');
      const attempt = random(ATTEMPT_ID_BYTES);
      pending.add(attempt, {
        account: account.id,
        session: signedIn.session.session.id,
        way: request.way,
        record,
        login: begun.login,
        ticket: ticket.value,
        changes,
      });
      const responseOf = (way: WayIn) => responses.get(way) ?? null;
      return done({
        attempt,
        response: begun.response,
        password: responseOf('password'),
        recovery: responseOf('recovery'),
      });
    },

    async change(signedIn: SignedIn, request: ChangeKeys): Promise<Outcome<null>> {
      const begun = pending.take(request.attempt);
      if (!begun || !equalBytes(begun.session, signedIn.session.session.id)) return decline('attempt-expired');
      if (!loginHolds(begun.login, request.finish)) return decline('wrong-credentials');
      if (WAYS_IN.some((way) => begun.changes.includes(way) !== (request[way] !== undefined)))
        return decline('malformed');
      await attempts.giveBack(begun.ticket);
      return retried(() => replaceKeys(begun, request));
    },
  };

  async function replaceKeys(begun: Begun, request: ChangeKeys): Promise<Outcome<null> | 'conflict'> {
    const [stored, session] = await Promise.all([
      readAccount(store, begun.account),
      readSession(store, begun.account, begun.session),
    ]);
    if (!stored || session?.session.generation !== stored.account.generation) return decline('not-signed-in');
    const { account } = stored;
    const refusal = refusalOf(account);
    if (refusal) return refusal;
    // What was proven is no longer what holds.
    if (!equalBytes(account.ways[begun.way].record, begun.record)) return decline('wrong-credentials');
    if (request.bundle.version !== account.bundle.version + 1) return decline('stale-bundle');
    const endsOthers = request.password !== undefined;
    const generation = account.generation + (endsOthers ? 1 : 0);
    const next = {
      ...account,
      generation,
      ways: {
        password: request.password ?? account.ways.password,
        recovery: request.recovery ?? account.ways.recovery,
      },
      bundle: request.bundle,
    };
    const accountKey = accountKeys.account(account.id);
    const sessionKey = accountKeys.session(account.id, begun.session);
    const others = listedDevices(account).filter((device) => device !== session.session.device);
    const result = await commitEnding(
      context,
      endsOthers ? others : [],
      [
        { key: accountKey, value: stored.value },
        { key: sessionKey, value: session.value },
      ],
      [
        { key: accountKey, value: encodeAccount(next) },
        { key: sessionKey, value: encodeSession({ ...session.session, generation }) },
      ],
    );
    return result === 'conflict' ? 'conflict' : done(null);
  }
}
