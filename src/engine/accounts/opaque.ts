/**
 * The client's side of OPAQUE (RFC 9807), by a library that speaks base64url; here bytes go in and come out. Stretching the
 * password takes a quarter of a second, so all of it runs in the engine's worker. The library is loaded when it is first
 * needed: most days nobody types a password.
 */
import { fromBase64Url, toBase64Url } from '../../wire/base64url.ts';
import type { KeyStretching } from '../ports.ts';

/** Argon2id with 64 MiB and three passes (RFC 9106). All accounts have it; another one would have to be kept with each account. */
const PRODUCT_STRETCHING: KeyStretching = 'memory-constrained';

type Library = typeof import('@serenity-kit/opaque');
let loading: Promise<Library> | undefined;

async function library(): Promise<Library> {
  loading ??= import('@serenity-kit/opaque').then(async (loaded) => {
    await loaded.ready;
    return loaded;
  });
  return loading;
}

/** What an export key opens nobody else can; `serverKey` tells whether it is the same server as before. */
export type Opened = { readonly exportKey: Uint8Array; readonly serverKey: Uint8Array };

export type BegunRegistration = {
  readonly request: Uint8Array;
  /** Undefined: the server's answer is none. */
  finish(response: Uint8Array): (Opened & { readonly record: Uint8Array }) | undefined;
};
export type BegunLogin = {
  readonly request: Uint8Array;
  /** `wrong-credentials`: or there is nobody of this name. `untrusted-server`: its answer is none. */
  finish(response: Uint8Array): (Opened & { readonly finish: Uint8Array }) | 'wrong-credentials' | 'untrusted-server';
};

/** `secret`: normalised, see `normalisedPassword` and `parseRecoveryCode`. */
export async function beginRegistration(
  secret: string,
  keyStretching = PRODUCT_STRETCHING,
): Promise<BegunRegistration> {
  const { client } = await library();
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: secret });
  return {
    request: bytesOf(registrationRequest),
    finish: (response) => {
      const finished = attempted(() =>
        client.finishRegistration({
          clientRegistrationState,
          registrationResponse: toBase64Url(response),
          password: secret,
          keyStretching,
        }),
      );
      return (
        finished && {
          record: bytesOf(finished.registrationRecord),
          exportKey: bytesOf(finished.exportKey),
          serverKey: bytesOf(finished.serverStaticPublicKey),
        }
      );
    },
  };
}

export async function beginLogin(secret: string, keyStretching = PRODUCT_STRETCHING): Promise<BegunLogin> {
  const { client } = await library();
  const { clientLoginState, startLoginRequest } = client.startLogin({ password: secret });
  return {
    request: bytesOf(startLoginRequest),
    finish: (response) => {
      const answer = attempted(() => ({
        finished: client.finishLogin({
          clientLoginState,
          loginResponse: toBase64Url(response),
          password: secret,
          keyStretching,
        }),
      }));
      if (!answer) return 'untrusted-server';
      const { finished } = answer;
      if (!finished) return 'wrong-credentials';
      return {
        finish: bytesOf(finished.finishLoginRequest),
        exportKey: bytesOf(finished.exportKey),
        serverKey: bytesOf(finished.serverStaticPublicKey),
      };
    },
  };
}

/** Bytes of the seed below, which OPAQUE's server setup begins with. */
export const STRETCHING_SEED_BYTES = 64;
/** Where the masking key stands in a registration record: behind a public key, before the envelope. */
const MASKING_KEY = { from: 32, to: 96 };

/**
 * 64 bytes that follow from password and seed alone, each guess at the cost of Argon2id: for what has a password and no server. It
 * is the masking key of a registration with oneself (RFC 9807), whose OPRF is keyed by the seed; the other keys of the setup do
 * not touch it. libsodium's small build has no Argon2id, and this library is here already.
 */
export async function stretchedPassword(
  secret: string,
  seed: Uint8Array,
  keyStretching = PRODUCT_STRETCHING,
): Promise<Uint8Array> {
  const { server } = await library();
  if (seed.length !== STRETCHING_SEED_BYTES) throw new Error('not the seed of an OPRF key');
  const setup = bytesOf(server.createSetup());
  setup.set(seed);
  const begun = await beginRegistration(secret, keyStretching);
  const { registrationResponse } = server.createRegistrationResponse({
    serverSetup: toBase64Url(setup),
    userIdentifier: 'link',
    registrationRequest: toBase64Url(begun.request),
  });
  const finished = begun.finish(bytesOf(registrationResponse));
  if (!finished) throw new Error('OPAQUE refuses its own answer');
  return finished.record.slice(MASKING_KEY.from, MASKING_KEY.to);
}

/** The library throws on what is no message of OPAQUE's, with texts that are not for others. */
function attempted<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

/** Characters. Strength is judged where the password is typed. */
export const MIN_PASSWORD_LENGTH = 8;

/** The same password, whatever keyboard it was typed on (RFC 8265 asks for more; NFKC is what decides here). */
export const normalisedPassword = (password: string): string => password.normalize('NFKC');

function bytesOf(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (!bytes) throw new Error('OPAQUE answers with something else than base64url');
  return bytes;
}
