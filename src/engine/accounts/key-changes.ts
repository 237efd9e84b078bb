/** A new password, or a new recovery code. The master key stays, so the other way in needs no change. */
import { equalBytes } from '../../wire/bytes.ts';
import type { WayIn } from '../../wire/http/accounts.ts';
import { nothing } from '../../wire/http/fields.ts';
import { BeginKeyChangeAnswer } from '../../wire/http/keys.ts';
import { type AccountKeys, openAccount, secretOf } from './account-keys.ts';
import type { AccountOutcome, CodeOffer, Proof } from './api.ts';
import { sealBundle, sealMaster } from './bundle.ts';
import { beginLogin, beginRegistration, MIN_PASSWORD_LENGTH, normalisedPassword } from './opaque.ts';
import { makeRecoveryCode, parseRecoveryCode } from './recovery-code.ts';
import type { Self } from './self.ts';
import { Tickets } from './tickets.ts';

type Offer = { readonly proof: Proof; readonly code: string };

export class KeyChanges {
  readonly #self: Self;
  readonly #offers: Tickets<Offer>;

  constructor(self: Self) {
    this.#self = self;
    this.#offers = new Tickets(self.ports);
  }

  async changePassword(proof: Proof, password: string): Promise<AccountOutcome<null>> {
    if ([...password].length < MIN_PASSWORD_LENGTH) return { ok: false, reason: 'weak-password' };
    const keys = await this.#open(proof);
    return keys.ok ? this.#replace(keys.value, proof, 'password', normalisedPassword(password)) : keys;
  }

  /** The proof is tried at once, so that nobody writes down a code that will never hold. */
  async beginRecoveryCode(proof: Proof): Promise<AccountOutcome<CodeOffer>> {
    const keys = await this.#open(proof);
    if (!keys.ok) return keys;
    const code = makeRecoveryCode(this.#self.ports.random);
    return { ok: true, value: { code, ticket: this.#offers.add({ proof, code }) } };
  }

  async finishRecoveryCode(ticket: string): Promise<AccountOutcome<null>> {
    const offer = this.#offers.take(ticket);
    if (!offer) return { ok: false, reason: 'attempt-expired' };
    const keys = await this.#open(offer.proof);
    return keys.ok ? this.#replace(keys.value, offer.proof, 'recovery', parseRecoveryCode(offer.code) ?? '') : keys;
  }

  #open(proof: Proof): Promise<AccountOutcome<AccountKeys>> {
    return openOwnAccount(this.#self, proof);
  }

  async #replace(
    { answer, bundle, master }: AccountKeys,
    proof: Proof,
    way: WayIn,
    secret: string,
  ): Promise<AccountOutcome<null>> {
    const { service, ports } = this.#self;
    const login = await beginLogin(secretOf(proof) ?? '', ports.keyStretching);
    const registration = await beginRegistration(secret, ports.keyStretching);
    const begun = await service.call('beginKeyChange', BeginKeyChangeAnswer, {
      way: proof.way,
      request: login.request,
      [way]: registration.request,
    });
    if (!begun.ok) return begun;
    const proven = login.finish(begun.value.response);
    const response = begun.value[way];
    if (typeof proven === 'string') return { ok: false, reason: proven };
    const registered = response && registration.finish(response);
    if (!registered || !equalBytes(registered.serverKey, proven.serverKey))
      return { ok: false, reason: 'untrusted-server' };
    const { record, exportKey } = registered;
    const version = answer.bundle.version + 1;
    return service.call('changeKeys', nothing, {
      attempt: begun.value.attempt,
      finish: proven.finish,
      [way]: { record, wrap: sealMaster(master, answer.account, way, exportKey, ports.random) },
      bundle: { version, bytes: sealBundle(bundle, answer.account, version, master, ports.random) },
    }) as Promise<AccountOutcome<null>>;
  }
}

/** The account's keys, for a person who is signed in on this device and proves it once more. */
export async function openOwnAccount(self: Self, proof: Proof): Promise<AccountOutcome<AccountKeys>> {
  const account = self.account;
  if (!account) return { ok: false, reason: 'wrong-state' };
  const { service, ports } = self;
  return openAccount(service, account.name, proof, self.identity, ports, account.serverKey);
}
