/**
 * Adding a device by its QR code. The code holds the new device's key, a key to seal for it and a secret; the old device certifies
 * the new one and hands it what the password would have brought, except for the account's own keys.
 *
 * What passes through the server is sealed twice: to a key of the new device (X25519), for whoever photographs the code, and
 * under the code's secret, for whoever has the server's copy and one day a quantum computer.
 */
import type * as v from 'valibot';
import { equalBytes } from '../../wire/bytes.ts';
import { listingSignedBytes } from '../../wire/device-list.ts';
import { nothing } from '../../wire/http/fields.ts';
import { AnswerPairingAnswer, LookPairingAnswer } from '../../wire/http/pairing.ts';
import { ClaimDeviceAnswer, claimSignedBytes } from '../../wire/http/sign-in.ts';
import { type DeviceId, deviceId, ID_BYTES, idBytes, type PrincipalId, principalId } from '../../wire/ids.ts';
import { nextDeviceList, provenDeviceList } from '../epochs/device-lists.ts';
import { accountDevice, type DeviceSeeds, makeDeviceSeeds } from '../epochs/identity.ts';
import {
  type BoxKey,
  boxKeyFromSeed,
  KEY_BYTES,
  type SigningKey,
  sign,
  signingKeyFromSeed,
  verify,
} from '../seal/sodium.ts';
import type { AccountOutcome, NewDevice, Proof } from './api.ts';
import { openOwnAccount } from './key-changes.ts';
import { decodeWelcome, encodeWelcome, openTwice, readCode, sealTwice, writeCode } from './pairing-messages.ts';
import type { Self } from './self.ts';
import { allIsSent, movesOf } from './sign-in.ts';
import { Tickets } from './tickets.ts';

const LOOK_EVERY_MS = 1_000;
/** The old device waits this long for the new one, which is in the same person's hands. Milliseconds. */
const ANSWER_MS = 60_000;
/** As long as a code is good. Milliseconds. */
const PAIRING_MS = 10 * 60 * 1000;

/** The new device's side of it. */
type Waiting = {
  readonly seeds: DeviceSeeds;
  readonly signing: SigningKey;
  readonly box: BoxKey;
  readonly secret: Uint8Array;
};

export class Pairing {
  readonly #self: Self;
  readonly #waiting: Tickets<Waiting>;

  constructor(self: Self) {
    this.#self = self;
    this.#waiting = new Tickets(self.ports);
  }

  // On the new device

  begin(): AccountOutcome<NewDevice> {
    const { random, clock } = this.#self.ports;
    if (this.#self.account) return { ok: false, reason: 'wrong-state' };
    const seeds = makeDeviceSeeds(random, clock.now());
    const signing = signingKeyFromSeed(seeds.signing);
    const [box, secret] = [boxKeyFromSeed(random.bytes(KEY_BYTES)), random.bytes(KEY_BYTES)];
    const code = writeCode({ device: deviceId(signing.publicKey), boxKey: box.publicKey, secret });
    return { ok: true, value: { ticket: this.#waiting.add({ seeds, signing, box, secret }), code } };
  }

  cancel(ticket: string): void {
    this.#waiting.take(ticket);
  }

  /** `becoming`: runs what changes who this device is. */
  async awaitWelcome(
    ticket: string,
    takeDocuments: boolean,
    becoming: (run: () => Promise<AccountOutcome<null>>) => Promise<AccountOutcome<null>>,
  ): Promise<AccountOutcome<null>> {
    if (!(await allIsSent(this.#self))) return { ok: false, reason: 'unsent' };
    const { clock } = this.#self.ports;
    const end = clock.now() + PAIRING_MS;
    while (clock.now() < end) {
      const waiting = this.#waiting.get(ticket);
      if (!waiting) break;
      const greeting = await this.#answer(waiting);
      if (!greeting.ok && greeting.reason !== 'offline') return greeting;
      const claimed = greeting.ok && greeting.value ? await this.#claim(waiting) : undefined;
      if (claimed?.ok) {
        this.#waiting.take(ticket);
        return becoming(() => this.#join(waiting, claimed.value, takeDocuments));
      }
      if (claimed && claimed.reason !== 'no-welcome' && claimed.reason !== 'offline') return claimed;
      await pause(clock, LOOK_EVERY_MS);
    }
    return { ok: false, reason: 'no-welcome' };
  }

  /** Tells the old device that this one wants to be on its account's list [DL4]. Null: nobody has asked yet. */
  async #answer({ signing, box, secret }: Waiting): Promise<AccountOutcome<PrincipalId | null>> {
    const { service } = this.#self;
    const device = this.#proof(signing);
    const asked = await service.call('answerPairing', AnswerPairingAnswer, { device });
    if (!asked.ok || !asked.value.message) return asked.ok ? { ok: true, value: null } : asked;
    const plain = openTwice(asked.value.message, 'greeting', box, secret);
    if (plain?.length !== ID_BYTES) return { ok: false, reason: 'bad-pairing-code' };
    const principal = principalId(plain);
    const listing = sign(listingSignedBytes(principal), signing);
    const answered = await service.call('answerPairing', AnswerPairingAnswer, { device, listing });
    return answered.ok ? { ok: true, value: principal } : answered;
  }

  #claim({ signing }: Waiting): Promise<AccountOutcome<v.InferOutput<typeof ClaimDeviceAnswer>>> {
    return this.#self.service.call('claimDevice', ClaimDeviceAnswer, { device: this.#proof(signing) });
  }

  async #join(
    { seeds, box, secret }: Waiting,
    answer: v.InferOutput<typeof ClaimDeviceAnswer>,
    takeDocuments: boolean,
  ): Promise<AccountOutcome<null>> {
    const plain = openTwice(answer.welcome, 'welcome', box, secret);
    const welcome = plain && decodeWelcome(plain);
    const list = welcome && provenDeviceList(answer.deviceList, welcome.principal);
    if (!welcome || !list) return { ok: false, reason: 'untrusted-server' };
    const { home } = welcome;
    if (!equalBytes(idBytes(home), answer.home)) return { ok: false, reason: 'untrusted-server' };
    const moves = await movesOf(this.#self, takeDocuments);
    const record = {
      id: answer.account,
      name: welcome.name,
      home,
      serverKey: welcome.serverKey,
      access: 'in' as const,
    };
    await this.#self.become(accountDevice(seeds, list.bytes), record, moves, welcome.secrets);
    await this.#self.openHome(null);
    return { ok: true, value: null };
  }

  #proof(signing: SigningKey) {
    const device = deviceId(signing.publicKey);
    const signature = sign(claimSignedBytes(device, this.#self.ports.relay.host), signing);
    return { id: idBytes(device), signature };
  }

  // On the old one

  async admit(text: string, proof: Proof): Promise<AccountOutcome<DeviceId>> {
    const { service, ports, home } = this.#self;
    const { account } = this.#self;
    const code = readCode(text);
    if (!code) return { ok: false, reason: 'bad-pairing-code' };
    if (!account || !home.isReady) return { ok: false, reason: 'wrong-state' };
    const keys = await openOwnAccount(this.#self, proof);
    if (!keys.ok) return keys;
    const { principal, identityKey, deviceList } = keys.value;
    const message = sealTwice(idBytes(principal), 'greeting', code, ports.random);
    const begun = await service.call('beginPairing', nothing, { device: idBytes(code.device), message });
    if (!begun.ok) return begun;
    const listing = await this.#listingOf(code.device, principal);
    if (!listing.ok) return listing;
    const list = nextDeviceList(identityKey, deviceList.bytes, {
      add: { device: code.device, listing: listing.value },
    });
    const welcome = encodeWelcome({
      principal,
      name: account.name,
      serverKey: account.serverKey,
      home: account.home,
      secrets: home.secrets(),
    });
    const bytes = sealTwice(welcome, 'welcome', code, ports.random);
    const changed = await service.call('changeDevices', nothing, {
      deviceList: list,
      welcome: { device: idBytes(code.device), bytes },
    });
    if (!changed.ok) return changed;
    await this.#self.update(accountDevice(this.#self.identity.seeds, list), account);
    return { ok: true, value: code.device };
  }

  async #listingOf(device: DeviceId, principal: PrincipalId): Promise<AccountOutcome<Uint8Array>> {
    const { service, ports } = this.#self;
    const end = ports.clock.now() + ANSWER_MS;
    while (ports.clock.now() < end) {
      const looked = await service.call('lookPairing', LookPairingAnswer, { device: idBytes(device) });
      if (!looked.ok) return looked;
      const { listing: signature } = looked.value;
      if (signature) {
        const isOwn = verify({ key: idBytes(device), message: listingSignedBytes(principal), signature });
        return isOwn ? { ok: true, value: signature } : { ok: false, reason: 'untrusted-server' };
      }
      await pause(ports.clock, LOOK_EVERY_MS);
    }
    return { ok: false, reason: 'no-welcome' };
  }
}

const pause = (clock: Self['ports']['clock'], ms: number): Promise<void> =>
  new Promise((resolve) => void clock.after(ms, resolve));
