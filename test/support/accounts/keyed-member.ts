/** A member who seals what real clients seal, under the keys that they use, and knows every value that the service must not. */
import { randomBytes } from 'node:crypto';
import sodium from 'sodium-native';
import { fromBase64Url, toBase64Url } from '../../../src/wire/base64url.ts';
import { concatBytes } from '../../../src/wire/bytes.ts';
import { asBuffer, blake2b256 } from '../../../sync-server/relay/hash.ts';
import { Member, noise, type Secrets } from '../service/member.ts';

const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));

export class KeyedMember extends Member {
  readonly accountSeed = random(32);
  readonly masterKey = random(32);
  readonly welcomeKey = random(32);
  /** What a welcome tells a new device. */
  readonly welcomeSecret = random(32);
  readonly #known: Record<string, string | Uint8Array> = {};

  constructor(name: string) {
    super(name);
    this.#choose({ password: noise(24), recovery: noise(24) });
  }

  /** By what they are called. */
  get unknownToTheService(): Readonly<Record<string, string | Uint8Array>> {
    return {
      ...this.#known,
      'identity seed': this.person.key.seed,
      'device seed': this.device.seed,
      'account key seed': this.accountSeed,
      'master key': this.masterKey,
      'key of the welcome': this.welcomeKey,
      'what the welcome says': this.welcomeSecret,
    };
  }

  #choose(secrets: Secrets): void {
    this.secrets = secrets;
    this.#note(secrets);
  }
  #note(secrets: Partial<Secrets>): void {
    for (const [way, secret] of Object.entries(secrets)) this.#add(way, secret);
  }
  #add(name: string, value: string | Uint8Array): void {
    this.#known[`${name} ${Object.keys(this.#known).length}`] = value;
  }

  override async changeKeys(...args: Parameters<Member['changeKeys']>): Promise<void> {
    this.#note(args[2]);
    await super.changeKeys(...args);
  }

  override async beginSignIn(...args: Parameters<Member['beginSignIn']>) {
    const begun = await super.beginSignIn(...args);
    if (begun.exportKey) this.#add('export key at sign-in', fromBase64Url(begun.exportKey) ?? new Uint8Array());
    return begun;
  }

  protected override sealedMasterKey(exportKey: string): string {
    const key = fromBase64Url(exportKey) ?? new Uint8Array();
    this.#add('export key', key);
    return seal(blake2b256(key), this.masterKey);
  }
  protected override sealedBundle(): string {
    return seal(this.masterKey, concatBytes(this.person.key.seed, this.accountSeed));
  }
  protected override sealedWelcome(): string {
    return seal(this.welcomeKey, this.welcomeSecret);
  }
}

/** XChaCha20-Poly1305 under a random nonce, which goes before it. */
function seal(key: Uint8Array, content: Uint8Array): string {
  const nonce = random(sodium.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
  const sealed = new Uint8Array(content.length + sodium.crypto_aead_xchacha20poly1305_ietf_ABYTES);
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    asBuffer(sealed),
    asBuffer(content),
    null,
    null,
    asBuffer(nonce),
    asBuffer(key),
  );
  return toBase64Url(concatBytes(nonce, sealed));
}
