/**
 * The server's side of OPAQUE (RFC 9807), by a library that speaks base64url. Everything here takes and returns bytes,
 * and no error of the library leaves this file: its texts are not for others.
 */
import { client, ready, server } from '@serenity-kit/opaque';
import { fromBase64Url, toBase64Url } from '../../src/wire/base64url.ts';
import type { WayIn } from '../../src/wire/http/accounts.ts';
import type { AccountId } from '../../src/wire/http/fields.ts';

/** To be awaited once, before anything else of this file. */
export const opaqueReady: Promise<void> = ready;

/** Nothing that is to be read: the state of a login between its two requests. */
export type LoginState = { readonly state: string };

/** Each way in has keys of its own, also within one account. */
const userIdentifier = (account: AccountId, way: WayIn): string => `${account}/${way}`;

export const createOpaqueSetup = (): Uint8Array => bytesOf(server.createSetup());

/** As little as there is: the password is random. */
const NO_STRETCHING = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };

/** The record of a registration whose password nobody knows. */
export function unopenableRecord(setup: Uint8Array, random: (length: number) => Uint8Array): Uint8Array {
  const password = toBase64Url(random(32));
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const { registrationResponse } = server.createRegistrationResponse({
    serverSetup: toBase64Url(setup),
    userIdentifier: '',
    registrationRequest,
  });
  const finished = client.finishRegistration({
    clientRegistrationState,
    registrationResponse,
    password,
    keyStretching: NO_STRETCHING,
  });
  return bytesOf(finished.registrationRecord);
}

/** Undefined: the request is none. */
export function registrationResponse(
  setup: Uint8Array,
  account: AccountId,
  way: WayIn,
  request: Uint8Array,
): Uint8Array | undefined {
  return attempted(() => {
    const answer = server.createRegistrationResponse({
      serverSetup: toBase64Url(setup),
      userIdentifier: userIdentifier(account, way),
      registrationRequest: toBase64Url(request),
    });
    return bytesOf(answer.registrationResponse);
  });
}

/** `record`: for somebody who does not exist that of the decoy; the answer looks the same. Undefined: the request is none. */
export function beginLogin(
  setup: Uint8Array,
  account: AccountId,
  way: WayIn,
  record: Uint8Array,
  request: Uint8Array,
): { readonly login: LoginState; readonly response: Uint8Array } | undefined {
  return attempted(() => {
    const answer = server.startLogin({
      serverSetup: toBase64Url(setup),
      userIdentifier: userIdentifier(account, way),
      registrationRecord: toBase64Url(record),
      startLoginRequest: toBase64Url(request),
    });
    return { login: { state: answer.serverLoginState }, response: bytesOf(answer.loginResponse) };
  });
}

/** Whether the client knew the password. */
export const loginHolds = (login: LoginState, finish: Uint8Array): boolean =>
  attempted(() => server.finishLogin({ serverLoginState: login.state, finishLoginRequest: toBase64Url(finish) })) !==
  undefined;

function attempted<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes) throw new Error('OPAQUE answers with something else than base64url');
  return bytes;
}
