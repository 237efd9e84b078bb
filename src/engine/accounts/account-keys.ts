/** What a password or a recovery code brings back, for the moment in which it is needed. */
import type * as v from 'valibot';
import { equalBytes } from '../../wire/bytes.ts';
import type { SignedDeviceList } from '../../wire/device-list.ts';
import { BeginSignInAnswer, SignInAnswer, signInSignedBytes } from '../../wire/http/sign-in.ts';
import { idBytes, type PrincipalId, principalId } from '../../wire/ids.ts';
import { provenDeviceList } from '../epochs/device-lists.ts';
import type { Identity } from '../epochs/identity.ts';
import type { EnginePorts } from '../ports.ts';
import { type KemKey, kemKeyFromSeed, type SigningKey, sign, signingKeyFromSeed } from '../seal/sodium.ts';
import type { AccountOutcome, Proof } from './api.ts';
import { type Bundle, openBundle, openMaster } from './bundle.ts';
import { beginLogin, normalisedPassword } from './opaque.ts';
import { parseRecoveryCode } from './recovery-code.ts';
import type { ServiceClient } from './service-client.ts';

export type AccountKeys = {
  readonly answer: v.InferOutput<typeof SignInAnswer>;
  readonly master: Uint8Array;
  readonly bundle: Bundle;
  readonly principal: PrincipalId;
  readonly identityKey: SigningKey;
  readonly accountKey: KemKey;
  /** The account's, as the service has it, checked. */
  readonly deviceList: SignedDeviceList;
};

/** What OPAQUE is given for something typed. Undefined: not in the shape of a recovery code. */
export const secretOf = ({ way, secret }: Proof): string | undefined =>
  way === 'password' ? normalisedPassword(secret) : parseRecoveryCode(secret);

/**
 * Signs in and opens the bundle. If `identity`'s device is on the account's list the session becomes that device's. `pinned`:
 * OPAQUE's key of the server, where this device knows it.
 */
export async function openAccount(
  service: ServiceClient,
  name: string,
  proof: Proof,
  identity: Identity,
  ports: Pick<EnginePorts, 'relay' | 'keyStretching'>,
  pinned: Uint8Array | null,
): Promise<AccountOutcome<AccountKeys>> {
  const secret = secretOf(proof);
  if (secret === undefined) return { ok: false, reason: 'mistyped-code' };
  const login = await beginLogin(secret, ports.keyStretching);
  const begun = await service.call('beginSignIn', BeginSignInAnswer, { name, way: proof.way, request: login.request });
  if (!begun.ok) return begun;
  const { attempt, response } = begun.value;
  const opened = login.finish(response);
  if (typeof opened === 'string') return { ok: false, reason: opened };
  if (pinned && !equalBytes(pinned, opened.serverKey)) return { ok: false, reason: 'untrusted-server' };
  const signature = sign(signInSignedBytes(attempt, ports.relay.host), identity.signing);
  const device = { id: idBytes(identity.device), signature };
  const finished = await service.call('signIn', SignInAnswer, { attempt, finish: opened.finish, device });
  if (!finished.ok) return finished;
  const keys = openKeys(finished.value, proof, opened.exportKey, opened.serverKey);
  if (!keys || isOlder(keys, identity)) return { ok: false, reason: 'untrusted-server' };
  return { ok: true, value: keys };
}

/** A list before the one that this device knows: what is signed after it would bring devices back that were revoked. */
const isOlder = ({ principal, deviceList }: AccountKeys, identity: Identity): boolean =>
  principal === identity.principal && deviceList.list.version < identity.listVersion;

/** Undefined: what the service keeps does not open, or does not belong together. */
function openKeys(
  answer: AccountKeys['answer'],
  { way }: Proof,
  exportKey: Uint8Array,
  serverKey: Uint8Array,
): AccountKeys | undefined {
  const { account, wrap, bundle: sealed } = answer;
  const master = openMaster(wrap, account, way, exportKey);
  const bundle = master && openBundle(sealed.bytes, account, sealed.version, master);
  if (!master || !bundle || !equalBytes(bundle.serverKey, serverKey)) return undefined;
  if (!equalBytes(idBytes(bundle.home), answer.home)) return undefined;
  const identityKey = signingKeyFromSeed(bundle.identitySeed);
  const principal = principalId(identityKey.publicKey);
  const deviceList = provenDeviceList(answer.deviceList, principal);
  if (!deviceList) return undefined;
  const accountKey = kemKeyFromSeed(bundle.accountKeySeed);
  return { answer, master, bundle, principal, identityKey, accountKey, deviceList };
}
