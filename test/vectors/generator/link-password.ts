/** [LI2] What a link's password comes to: by OPAQUE's library, for nothing else here has Argon2id with four lanes. */
import * as opaque from '@serenity-kit/opaque';
import { base64url, cat, u8 } from './layout.ts';
import { derive } from './primitives.ts';

await opaque.ready;

/** `password`: normalised. The masking key of a registration record is behind a public key of 32 bytes. */
export function stretched(password: string, secret: Uint8Array): Uint8Array {
  const { client, server } = opaque;
  const seed = cat(derive(secret, 'link-salt', u8(1)), derive(secret, 'link-salt', u8(2)));
  const setup = cat(seed, Buffer.from(server.createSetup(), 'base64url').subarray(seed.length));
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  const { registrationResponse } = server.createRegistrationResponse({
    serverSetup: base64url(setup),
    userIdentifier: 'link',
    registrationRequest,
  });
  const { registrationRecord } = client.finishRegistration({
    clientRegistrationState,
    registrationResponse,
    password,
    keyStretching: 'memory-constrained',
  });
  return Buffer.from(registrationRecord, 'base64url').subarray(32, 96);
}
