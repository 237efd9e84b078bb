/** A person with an account: real keys, a real OPAQUE client. What the service stores sealed is noise here. */
import { randomBytes } from 'node:crypto';
import { client } from '@serenity-kit/opaque';
import * as v from 'valibot';
import { toBase64Url } from '../../../src/wire/base64url.ts';
import { listingSignedBytes } from '../../../src/wire/device-list.ts';
import { BeginSignUpAnswer, SignUpAnswer, type WayIn } from '../../../src/wire/http/accounts.ts';
import { nothing } from '../../../src/wire/http/fields.ts';
import { BeginKeyChangeAnswer } from '../../../src/wire/http/keys.ts';
import { LookPairingAnswer } from '../../../src/wire/http/pairing.ts';
import {
  BeginSignInAnswer,
  ClaimDeviceAnswer,
  claimSignedBytes,
  SignInAnswer,
  signInSignedBytes,
} from '../../../src/wire/http/sign-in.ts';
import type { PrincipalId } from '../../../src/wire/ids.ts';
import type { Device, Person, SignedList } from '../server/identities.ts';
import { makeDevice, makePerson, signingKey, signList } from '../server/identities.ts';
import { type Epoch, epoch, type Members } from '../server/records.ts';
import type { Answer, Browser } from './browser.ts';

/** As little as Argon2id goes: its strength is not what is tested. */
const keyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };
export const noise = (length: number): string => toBase64Url(new Uint8Array(randomBytes(length)));

export type Secrets = { readonly [W in WayIn]: string };

let members = 0;

/** Who is in a home, and whom it is sealed to. */
export const homeOf = (person: Pick<Person, 'id' | 'list'>): Members => ({
  people: [{ person, role: 'owner' }],
  sealedToAccount: true,
});

export class Member {
  readonly name: string;
  readonly person: Person;
  readonly home: Epoch;
  secrets: Secrets;
  list: SignedList;
  bundleVersion = 1;

  constructor(name: string) {
    this.name = name;
    // Keys come from names: one of a kind, or tests would share devices.
    const unique = `${name} ${members++}`;
    this.person = makePerson(unique, [makeDevice(unique)]);
    this.list = this.person.list;
    this.home = epoch(this.person.device, homeOf(this.person), 1);
    this.secrets = { password: `password of ${name}`, recovery: `recovery of ${name}` };
  }

  get device(): Device {
    return this.person.device;
  }

  /** What a sign-up needs beyond the first answer. */
  async beginSignUp(browser: Browser, name = this.name) {
    const password = client.startRegistration({ password: this.secrets.password });
    const recovery = client.startRegistration({ password: this.secrets.recovery });
    const begun = await browser.call('beginSignUp', BeginSignUpAnswer, {
      name,
      password: password.registrationRequest,
      recovery: recovery.registrationRequest,
    });
    return {
      account: begun.account,
      name,
      password: this.#register(password.clientRegistrationState, begun.password, this.secrets.password),
      recovery: this.#register(recovery.clientRegistrationState, begun.recovery, this.secrets.recovery),
      bundle: this.sealedBundle(),
      deviceList: toBase64Url(this.list.bytes),
      home: { record: toBase64Url(this.home.record), wraps: this.home.wraps.map(toBase64Url) },
    };
  }

  async signUp(browser: Browser): Promise<void> {
    await browser.call('signUp', SignUpAnswer, await this.beginSignUp(browser));
  }

  /** Undefined: the client itself sees that the secret is wrong. */
  async beginSignIn(browser: Browser, way: WayIn = 'password', secret = this.secrets[way], name = this.name) {
    const login = client.startLogin({ password: secret });
    const begun = await browser.call('beginSignIn', BeginSignInAnswer, { name, way, request: login.startLoginRequest });
    const finished = client.finishLogin({
      clientLoginState: login.clientLoginState,
      loginResponse: toBase64Url(begun.response),
      password: secret,
      keyStretching,
    });
    return { attempt: begun.attempt, finish: finished?.finishLoginRequest, exportKey: finished?.exportKey };
  }

  /** `device`: one that proves its key. @throws Refusal, or Error when the client sees that the secret is wrong */
  async signIn(
    browser: Browser,
    options: { way?: WayIn; secret?: string; device?: Device; name?: string; host?: string } = {},
  ): Promise<v.InferOutput<typeof SignInAnswer>> {
    const { device, host = new URL(browser.origin).host } = options;
    const { attempt, finish } = await this.beginSignIn(browser, options.way, options.secret, options.name);
    if (!finish) throw new Error('the client cannot open the answer');
    const proof = device && {
      id: device.id,
      signature: toBase64Url(device.sign(signInSignedBytes(attempt, host))),
    };
    return browser.call('signIn', SignInAnswer, {
      attempt: toBase64Url(attempt),
      finish,
      ...(proof && { device: proof }),
    });
  }

  /** The list that follows, with these devices. */
  nextList(devices: readonly Device[]): SignedList {
    const ids = devices.map(({ id }) => id);
    return signList(this.person.key, ids, this.list.version + 1, this.list.hash);
  }

  /** Posts the list that follows. @throws Refusal */
  async changeDevices(
    browser: Browser,
    devices: readonly Device[],
    more: { own?: Device; welcome?: Device } = {},
  ): Promise<void> {
    const next = this.nextList(devices);
    await browser.call('changeDevices', nothing, {
      deviceList: toBase64Url(next.bytes),
      ...(more.own && { own: more.own.id }),
      ...(more.welcome && { welcome: { device: more.welcome.id, bytes: this.sealedWelcome() } }),
    });
    this.list = next;
  }

  claim(browser: Browser, device: Device, host = new URL(browser.origin).host): Promise<Answer> {
    return browser.route('claimDevice', claimBody(device, host));
  }

  /** Leaves a message for a device that has shown its code. @throws Refusal */
  async beginPairing(browser: Browser, device: Device, message = noise(80)): Promise<string> {
    await browser.call('beginPairing', nothing, { device: device.id, message });
    return message;
  }

  /** What the device has answered. @throws Refusal */
  async lookPairing(browser: Browser, device: Device): Promise<Uint8Array | null> {
    return (await browser.call('lookPairing', LookPairingAnswer, { device: device.id })).listing;
  }

  async beginKeyChange(browser: Browser, proof: WayIn, changes: Partial<Secrets>, secret = this.secrets[proof]) {
    const login = client.startLogin({ password: secret });
    const registrations = new Map(
      Object.entries(changes).map(([way, next]) => [way as WayIn, client.startRegistration({ password: next })]),
    );
    const begun = await browser.call('beginKeyChange', BeginKeyChangeAnswer, {
      way: proof,
      request: login.startLoginRequest,
      ...Object.fromEntries([...registrations].map(([way, { registrationRequest }]) => [way, registrationRequest])),
    });
    const finished = client.finishLogin({
      clientLoginState: login.clientLoginState,
      loginResponse: toBase64Url(begun.response),
      password: secret,
      keyStretching,
    });
    const ways = [...registrations].map(([way, { clientRegistrationState }]) => {
      return [way, this.#register(clientRegistrationState, begun[way] ?? new Uint8Array(), changes[way] ?? '')];
    });
    return {
      attempt: toBase64Url(begun.attempt),
      finish: finished?.finishLoginRequest ?? noise(64),
      ...(Object.fromEntries(ways) as { [W in WayIn]?: { record: string; wrap: string } }),
      bundle: { version: this.bundleVersion + 1, bytes: this.sealedBundle() },
    };
  }

  /** @throws Refusal */
  async changeKeys(browser: Browser, proof: WayIn, changes: Partial<Secrets>): Promise<void> {
    await browser.call('changeKeys', nothing, await this.beginKeyChange(browser, proof, changes));
    this.secrets = { ...this.secrets, ...changes };
    this.bundleVersion++;
  }

  #register(state: string, response: Uint8Array, password: string) {
    const { registrationRecord, exportKey } = client.finishRegistration({
      clientRegistrationState: state,
      registrationResponse: toBase64Url(response),
      password,
      keyStretching,
    });
    return { record: registrationRecord, wrap: this.sealedMasterKey(exportKey) };
  }

  /** What a client seals. Noise does for a service that only keeps it. */
  protected sealedMasterKey(_exportKey: string): string {
    return noise(72);
  }
  protected sealedBundle(): string {
    return noise(200);
  }
  protected sealedWelcome(): string {
    return noise(300);
  }
}

export const claimBody = (device: Device, host: string) => ({
  device: { id: device.id, signature: toBase64Url(device.sign(claimSignedBytes(device.id, host))) },
});

/** What a device that is to be added sends, with its listing once it knows the principal. */
export const answerBody = (device: Device, host: string, principal?: PrincipalId) => ({
  ...claimBody(device, host),
  ...(principal && { listing: toBase64Url(device.sign(listingSignedBytes(principal))) }),
});

export const claimAnswer = (answer: Answer): v.InferOutput<typeof ClaimDeviceAnswer> =>
  v.parse(ClaimDeviceAnswer, answer.body);

/** A device of its own for each call. */
export const anotherDevice = (): Device => makeDevice(`another ${members++}`);
/** An identity of its own for each call. */
export const anotherKey = () => signingKey(`another ${members++}`);
