/**
 * Making an account. The guest that this device was becomes it: the identity stays, so its documents are the account's own; the
 * identity key goes into the bundle and leaves the device.
 */

import { equalBytes } from '../../wire/bytes.ts';
import { BeginSignUpAnswer, SignUpAnswer } from '../../wire/http/accounts.ts';
import type { AccountId } from '../../wire/http/fields.ts';
import { judgeUserName } from '../../wire/http/user-name.ts';
import { makeHome } from '../epochs/first-epoch.ts';
import { accountDevice } from '../epochs/identity.ts';
import { KEY_BYTES, kemKeyFromSeed } from '../seal/sodium.ts';
import type { AccountOutcome, CodeOffer } from './api.ts';
import { sealBundle, sealMaster } from './bundle.ts';
import { beginRegistration, MIN_PASSWORD_LENGTH, normalisedPassword } from './opaque.ts';
import { makeRecoveryCode, parseRecoveryCode } from './recovery-code.ts';
import type { Self } from './self.ts';
import { Tickets } from './tickets.ts';

type Registered = { readonly record: Uint8Array; readonly exportKey: Uint8Array };
type Begun = {
  readonly name: string;
  readonly account: AccountId;
  readonly password: Registered;
  readonly recovery: Registered;
  readonly serverKey: Uint8Array;
};

export class SignUps {
  readonly #self: Self;
  readonly #begun: Tickets<Begun>;

  constructor(self: Self) {
    this.#self = self;
    this.#begun = new Tickets(self.ports);
  }

  async begin(name: string, password: string): Promise<AccountOutcome<CodeOffer>> {
    const { service, ports } = this.#self;
    if (this.#self.account) return { ok: false, reason: 'wrong-state' };
    const verdict = judgeUserName(name);
    if (verdict !== 'good') return { ok: false, reason: verdict === 'reserved' ? 'name-reserved' : 'name-invalid' };
    if ([...password].length < MIN_PASSWORD_LENGTH) return { ok: false, reason: 'weak-password' };
    const code = makeRecoveryCode(ports.random);
    const byPassword = await beginRegistration(normalisedPassword(password), ports.keyStretching);
    const byCode = await beginRegistration(parseRecoveryCode(code) ?? '', ports.keyStretching);
    const answer = await service.call('beginSignUp', BeginSignUpAnswer, {
      name,
      password: byPassword.request,
      recovery: byCode.request,
    });
    if (!answer.ok) return answer;
    const registered = byPassword.finish(answer.value.password);
    const recovery = byCode.finish(answer.value.recovery);
    if (!registered || !recovery || !equalBytes(registered.serverKey, recovery.serverKey))
      return { ok: false, reason: 'untrusted-server' };
    const { serverKey } = registered;
    const { account } = answer.value;
    return {
      ok: true,
      value: { code, ticket: this.#begun.add({ name, account, password: registered, recovery, serverKey }) },
    };
  }

  async finish(ticket: string, takeDocuments: boolean): Promise<AccountOutcome<null>> {
    const begun = this.#begun.get(ticket);
    const { service, ports, shelf, keeper } = this.#self;
    const identity = this.#self.identity;
    if (!begun || !identity.identitySeed) return { ok: false, reason: 'attempt-expired' };
    // As long as the storage is full, one can try again.
    await this.#self.tryStorage();
    this.#begun.take(ticket);
    const { name, account, serverKey } = begun;
    const [master, accountKeySeed] = [ports.random.bytes(KEY_BYTES), ports.random.bytes(KEY_BYTES)];
    const home = makeHome(identity, kemKeyFromSeed(accountKeySeed).publicKey, ports.random, ports.clock.now());
    const bundle = { identitySeed: identity.identitySeed, accountKeySeed, home: home.room, serverKey };
    const way = (of: 'password' | 'recovery') => ({
      record: begun[of].record,
      wrap: sealMaster(master, account, of, begun[of].exportKey, ports.random),
    });
    const answer = await service.call('signUp', SignUpAnswer, {
      account,
      name,
      password: way('password'),
      recovery: way('recovery'),
      bundle: sealBundle(bundle, account, 1, master, ports.random),
      deviceList: identity.list,
      home: { record: home.record, wraps: home.wraps },
    });
    if (!answer.ok) return answer;
    const documents = shelf.summaries.map(({ room }) => room);
    await this.#self.update(accountDevice(this.#self.identity.seeds, identity.list), {
      id: account,
      name,
      home: home.room,
      serverKey,
      access: 'in',
    });
    await this.#self.openHome(null);
    if (takeDocuments) for (const room of documents) await keeper.take(room);
    return { ok: true, value: null };
  }
}
