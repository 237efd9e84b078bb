/** Vectors of what devices of an account hand each other: by the home, and by the code of a new device. */
import sodium from 'sodium-native';
import { serverKey } from './account-vectors.ts';
import { epoch1, home } from './epochs.ts';
import { everyCut, type Hostile, otherVersions, refused, trailing, unopened } from './hostile.ts';
import { base64url, block, cat, flip, hex, type Json, labelled, text, u8, u32, utf8, zeros } from './layout.ts';
import { alicePhone, dora, editLink } from './people.ts';
import { derive, fixed, seal } from './primitives.ts';
import { recordHash } from './records.ts';

// The home

const secretOf = (epoch: number, secret: Uint8Array): Uint8Array => cat(u32(epoch), secret);
const epochHash = recordHash(epoch1.record);
const LINK_ROLES = { viewer: 1, commenter: 2, editor: 3 } as const;
const byLink = (role: keyof typeof LINK_ROLES): Uint8Array =>
  cat(u8(1), u8(LINK_ROLES[role]), editLink.secret, epochHash);
const byAccount = (editSecret: Uint8Array | null, named: Uint8Array | null): Uint8Array =>
  cat(u8(1), u8(4), editSecret ?? zeros(32), named ?? zeros(32), u8((editSecret ? 1 : 0) + (named ? 2 : 0)));
const byOwner = cat(u8(1), u8(0), editLink.secret);

type Secret = readonly [number, Uint8Array];
type MadeLink = readonly ['viewer' | 'commenter' | 'editor', Uint8Array];
const HELD_ROLES = { viewer: 0, commenter: 1, editor: 2 } as const;
const homeEntry = (entrance: Uint8Array, links: readonly MadeLink[] = []): Uint8Array =>
  cat(
    u8(3),
    block(entrance),
    u32(links.length),
    ...links.map(([role, secret]) => block(cat(u8(HELD_ROLES[role]), secret))),
  );
function entryVector(name: string, entrance: Json, entry: Uint8Array, links: readonly MadeLink[] = []): Json {
  const fields = { entrance, links: links.map(([role, secret]) => ({ role, secret: hex(secret) })) };
  return { name, fields, bytes: hex(entry) };
}
const madeLinks: MadeLink[] = [
  ['viewer', fixed('a view link that was made later')],
  ['commenter', fixed('a comment link that was made later')],
  ['editor', fixed('an edit link that was made later')],
];
const twoSecrets: Secret[] = [
  [1, epoch1.key.secret],
  [2, fixed('secret of epoch 2 in the home')],
];
const whole = homeEntry(byAccount(editLink.secret, epochHash), madeLinks.slice(0, 1));

export const homeEntries = {
  about:
    'What the home keeps of a room, in its map `rooms`: how a device gets in, and links. Hostile ones are passed over.',
  valid: [
    entryVector(
      'a room of the account',
      { by: 'account', editSecret: hex(editLink.secret), epochHash: hex(epochHash) },
      homeEntry(byAccount(editLink.secret, epochHash)),
    ),
    entryVector(
      'a room with links that were made later',
      { by: 'account', editSecret: hex(editLink.secret), epochHash: hex(epochHash) },
      homeEntry(byAccount(editLink.secret, epochHash), madeLinks),
      madeLinks,
    ),
    entryVector(
      'a room without links',
      { by: 'account', editSecret: null, epochHash: hex(epochHash) },
      homeEntry(byAccount(null, epochHash)),
    ),
    ...(['viewer', 'commenter', 'editor'] as const).map((role) =>
      entryVector(
        `by a link, as ${role}`,
        { by: 'link', role, secret: hex(editLink.secret), epochHash: hex(epochHash) },
        homeEntry(byLink(role)),
      ),
    ),
  ],
  hostile: [
    ...otherVersions('an entry', whole, 3),
    trailing('an entry', whole),
    refused('an entrance of version 2', 'unknown-version', homeEntry(cat(u8(2), byLink('editor').slice(1)))),
    refused('an unknown entrance', 'malformed', homeEntry(cat(u8(1), u8(5), editLink.secret, epochHash))),
    refused('its maker’s entrance, which is a device’s own', 'malformed', homeEntry(byOwner)),
    refused('more links than there can be', 'malformed', cat(u8(3), block(byLink('editor')), u32(2 ** 32 - 1))),
    refused(
      'a link of an unknown role',
      'malformed',
      cat(homeEntry(byLink('editor')).slice(0, -4), u32(1), block(cat(u8(3), zeros(32)))),
    ),
    refused('a link of 31 bytes', 'malformed', homeEntry(byLink('editor'), [['viewer', fixed('short', 31)]])),
    everyCut('an entry', 'malformed', whole),
  ] satisfies Hostile[],
};

const homeSecrets = (secrets: readonly Secret[]): Uint8Array =>
  cat(u8(1), ...secrets.map((secret) => secretOf(...secret)));
const secretsVector = (name: string, secrets: readonly Secret[]): Json => ({
  name,
  fields: secrets.map(([epoch, secret]) => ({ epoch, secret: hex(secret) })),
  bytes: hex(homeSecrets(secrets)),
});
const manySecrets = (count: number): Secret[] =>
  Array.from({ length: count }, (_, i): Secret => [64 + i, fixed(`secret of epoch ${64 + i} in the home`)]);

export const homeSecretVectors = {
  about: 'Secrets of up to 64 neighbouring epochs, in the map `secrets` of the home. Hostile ones are passed over.',
  valid: [
    secretsVector('two epochs', twoSecrets),
    secretsVector('64 epochs', manySecrets(64)),
    secretsVector('none', []),
  ],
  hostile: [
    ...otherVersions('secrets', homeSecrets(twoSecrets)),
    trailing('secrets', homeSecrets(twoSecrets)),
    refused('a secret of 31 bytes', 'malformed', homeSecrets([[1, fixed('short', 31)]])),
    refused('65 epochs', 'malformed', homeSecrets(manySecrets(65))),
  ] satisfies Hostile[],
};

// Adding a device by its code

type Box = { readonly key: Uint8Array; readonly secret: Uint8Array };
function boxOf(seed: Uint8Array): Box {
  const [key, secret] = [Buffer.alloc(32), Buffer.alloc(32)];
  sodium.crypto_box_seed_keypair(key, secret, Buffer.from(seed));
  return { key: new Uint8Array(key), secret: new Uint8Array(secret) };
}
/** libsodium's sealed box, with a fixed key for the sender: X25519, the nonce hashed from both keys. */
function boxSeal(plain: Uint8Array, to: Uint8Array, ephemeralSeed: Uint8Array): Uint8Array {
  const sender = boxOf(ephemeralSeed);
  const [nonce, out] = [Buffer.alloc(24), Buffer.alloc(plain.length + 16)];
  sodium.crypto_generichash(nonce, Buffer.from(cat(sender.key, to)));
  sodium.crypto_box_easy(out, Buffer.from(plain), nonce, Buffer.from(to), Buffer.from(sender.secret));
  return cat(sender.key, new Uint8Array(out));
}

const boxSeed = fixed('box key of the new device');
const box = boxOf(boxSeed);
const pairingSecret = fixed('secret of the code');
const PREFIX = 'sealroom-device:1:';
const codeBytes = cat(alicePhone.key, box.key, pairingSecret);
const welcomePlain = (secrets: readonly Secret[] = [[1, home.key.secret]]): Uint8Array =>
  cat(
    dora.identity.key,
    text('dora'),
    block(serverKey),
    home.core.room,
    u32(secrets.length),
    ...secrets.map((secret) => block(secretOf(...secret))),
  );
type Purpose = 'greeting' | 'welcome';
const pairingKey = (purpose: Purpose, secret = pairingSecret): Uint8Array =>
  derive(secret, 'pairing-key', utf8(purpose));
function message(purpose: Purpose, plain: Uint8Array, to = box.key, secret = pairingSecret) {
  const [nonce, senderSeed] = [fixed(`nonce of the ${purpose}`, 24), fixed(`sender of the ${purpose}`)];
  const boxed = boxSeal(plain, to, senderSeed);
  const bytes = cat(nonce, seal(pairingKey(purpose, secret), nonce, labelled('pairing', utf8(purpose)), boxed));
  return { nonce, boxed, bytes };
}
const greetingPlain = dora.identity.key;
const plains = { greeting: greetingPlain, welcome: welcomePlain() };
const greeting = message('greeting', greetingPlain).bytes;
const strangersBox = boxOf(fixed('box key of somebody else')).key;
const asGreeting = { purpose: 'greeting', boxSeed: hex(boxSeed), secret: hex(pairingSecret) };
const badWelcome = (name: string, plain: Uint8Array): Hostile => refused(name, 'malformed', plain);

export const pairing = {
  about:
    'The code that a new device shows, and what is sealed to it: to its box key (libsodium’s sealed box), then under the code’s secret. Hostile codes are text; hostile messages are opened with the fields beside them; hostile welcomes are what lies under both seals.',
  codes: [
    {
      device: hex(alicePhone.key),
      boxSeed: hex(boxSeed),
      boxKey: hex(box.key),
      secret: hex(pairingSecret),
      text: PREFIX + base64url(codeBytes),
    },
  ],
  hostileCodes: [
    { name: 'empty', text: '' },
    { name: 'another prefix', text: `sealroom-safety:1:${base64url(codeBytes)}` },
    { name: 'version 2', text: `sealroom-device:2:${base64url(codeBytes)}` },
    { name: 'a byte too few', text: PREFIX + base64url(codeBytes.slice(1)) },
    { name: 'a byte too many', text: PREFIX + base64url(cat(codeBytes, u8(0))) },
    { name: 'padded', text: `${PREFIX}${base64url(codeBytes)}=` },
    { name: 'a character that is none', text: `${PREFIX}${base64url(codeBytes).slice(0, -1)}+` },
  ],
  valid: (['greeting', 'welcome'] as const).map((purpose): Json => {
    const { nonce, boxed, bytes } = message(purpose, plains[purpose]);
    return {
      name: `a ${purpose}`,
      purpose,
      boxSeed: hex(boxSeed),
      secret: hex(pairingSecret),
      key: hex(pairingKey(purpose)),
      nonce: hex(nonce),
      boxed: hex(boxed),
      plain: hex(plains[purpose]),
      bytes: hex(bytes),
    };
  }),
  welcomes: [
    {
      name: 'with the secret of the home’s first epoch',
      fields: {
        principal: hex(dora.identity.key),
        name: 'dora',
        serverKey: hex(serverKey),
        home: hex(home.core.room),
        secrets: [{ epoch: 1, secret: hex(home.key.secret) }],
      },
      bytes: hex(welcomePlain()),
    },
  ],
  hostile: [
    unopened('for the other purpose', greeting, { ...asGreeting, purpose: 'welcome' }),
    unopened('with another code’s secret', greeting, { ...asGreeting, secret: hex(fixed('another code')) }),
    unopened('with another device’s box key', greeting, {
      ...asGreeting,
      boxSeed: hex(fixed('box key of somebody else')),
    }),
    unopened('to somebody else under this code', message('greeting', greetingPlain, strangersBox).bytes, asGreeting),
    unopened('a nonce changed', flip(greeting, 0), asGreeting),
    unopened('a byte changed', flip(greeting, 24), asGreeting),
    unopened('a byte too many', cat(greeting, u8(0)), asGreeting),
    everyCut('a greeting', 'cannot-open', greeting, { step: 'open', ...asGreeting }),
    trailing('a welcome', welcomePlain()),
    everyCut('a welcome', 'malformed', welcomePlain()),
    badWelcome('a welcome with a secret of 33 bytes', welcomePlain([[1, fixed('long', 33)]])),
  ] satisfies Hostile[],
};
