/** Updates that are sealed and signed as they should be, and break a rule of what a stream lets in [AD1]–[AD8]. */
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { encodeUpdateBody, type UpdateBody } from '../../../../src/engine/rooms/update-body.ts';
import { META_NAME, ROOT_NAME, SEED_CLIENT_ID, TITLE_NAME } from '../../../../src/wire/document.ts';
import { MAX_DEPTH, MAX_UPDATE_BYTES } from '../../../../src/wire/limits.ts';
import { CONTENT } from '../../../../src/wire/record.ts';
import type { Deed, HostileMember } from './hostile-member.ts';

export type Attempt = (member: HostileMember) => Omit<Deed, 'kind'> | null;

const TEXT = 'hostile';
/** One more than `MAX_CLIENTS_PER_UPDATE`, whatever becomes of that: a negative control raises it. */
const TOO_MANY_IDS = 65;
const titled = (doc: Y.Doc): void => doc.getText(TITLE_NAME).insert(0, TEXT);

const made = (member: HostileMember, body: UpdateBody, fate: Deed['fate'] = 'void') => ({
  fate,
  record: member.sealed('update', encodeUpdateBody(body)),
});

/** A document with an edit that nobody else has. */
function unseen(member: HostileMember): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(member.doc));
  Y.applyUpdate(
    doc,
    member.updateUnder(member.claim().clientId, (edited) => edited.getText(TITLE_NAME).insert(0, 'never sent')),
  );
  return doc;
}

/** A client id of somebody else that is in the log. */
export function idOfAnother(member: HostileMember): number | undefined {
  const ledger = member.reader.ledger(CONTENT);
  const others = [...member.doc.store.clients.keys()].filter((client) => {
    const owner = ledger.ownerOf(client);
    return owner !== undefined && owner !== member.identity.device;
  });
  return others.length > 0 ? member.random.pick(others) : undefined;
}

const honestEdit: Attempt = (member) => {
  const claim = member.claim();
  return made(member, { claims: [claim], update: member.updateUnder(claim.clientId, titled) }, 'counts');
};

const anothersId: Attempt = (member) => {
  const id = idOfAnother(member);
  return id === undefined ? null : made(member, { claims: [], update: member.updateUnder(id, titled) });
};

const falseClaim: Attempt = (member) => {
  const clientId = member.random.between(2 ** 20, 2 ** 30);
  const claims = [{ clientId, nonce: member.random.bytes(16) }];
  return made(member, { claims, update: member.updateUnder(clientId, titled) });
};

const clockGap: Attempt = (member) => {
  const claim = member.claim();
  const doc = new Y.Doc();
  doc.clientID = claim.clientId;
  titled(doc);
  const before = Y.encodeStateVector(doc);
  doc.getMap(META_NAME).set('colour', TEXT);
  return made(member, { claims: [claim], update: Y.encodeStateAsUpdate(doc, before) });
};

const pendingStructs: Attempt = (member) => {
  const claim = member.claim();
  const base = unseen(member);
  const update = member.updateUnder(claim.clientId, (doc) => doc.getText(TITLE_NAME).insert(3, '!'), base);
  return made(member, { claims: [claim], update });
};

const pendingDeletes: Attempt = (member) => {
  const base = unseen(member);
  const update = member.updateUnder(
    member.claim().clientId,
    (doc) => doc.getText(TITLE_NAME).delete(0, 'never sent'.length),
    base,
  );
  return made(member, { claims: [], update });
};

/** An entry of a map with two values: its first half outlives the map, and Yjs throws. */
const tornStruct: Attempt = (member) => {
  const claim = member.claim();
  const [typeContent, anyContent, map] = [7, 8, 1];
  const update = encoding.encode((out) => {
    const numbers = (...values: number[]) => {
      for (const value of values) encoding.writeVarUint(out, value);
    };
    numbers(1, 2, claim.clientId, 0);
    encoding.writeUint8(out, 0x20 | typeContent);
    numbers(1);
    encoding.writeVarString(out, META_NAME);
    encoding.writeVarString(out, 'm');
    numbers(map);
    encoding.writeUint8(out, 0x20 | anyContent);
    numbers(0, claim.clientId, 0);
    encoding.writeVarString(out, 'k');
    numbers(2);
    for (const value of [1, 2]) encoding.writeAny(out, value);
    numbers(1, claim.clientId, 1, 0, 1);
  });
  return made(member, { claims: [claim], update });
};

const tooDeep: Attempt = (member) => {
  const claim = member.claim();
  const update = member.updateUnder(claim.clientId, (doc) => {
    let type = doc.get(ROOT_NAME, Y.XmlText);
    for (let level = 0; level <= MAX_DEPTH; level++) {
      const inner = new Y.XmlText();
      type.insertEmbed(0, inner);
      type = inner;
    }
  });
  return made(member, { claims: [claim], update });
};

const oversized: Attempt = (member) => {
  const claim = member.claim();
  const update = member.updateUnder(claim.clientId, (doc) =>
    doc.getText(TITLE_NAME).insert(0, 'x'.repeat(MAX_UPDATE_BYTES)),
  );
  return made(member, { claims: [claim], update });
};

const tooManyIds: Attempt = (member) => {
  const claims = Array.from({ length: TOO_MANY_IDS }, () => member.claim());
  return made(member, { claims, update: member.updateUnder(claims[0]?.clientId ?? 0, titled) });
};

const noise: Attempt = (member) => made(member, { claims: [], update: member.random.bytes(40) });

const secondEncoding: Attempt = (member) => {
  const claim = member.claim();
  const doc = new Y.Doc();
  doc.clientID = claim.clientId;
  titled(doc);
  return made(member, { claims: [claim], update: Y.encodeStateAsUpdateV2(doc) });
};

const seedsId: Attempt = (member) =>
  made(member, { claims: [], update: member.updateUnder(SEED_CLIENT_ID, titled, member.doc) });

const subdocument: Attempt = (member) => {
  const claim = member.claim();
  const update = member.updateUnder(claim.clientId, (doc) => doc.getMap(META_NAME).set('doc', new Y.Doc()));
  return made(member, { claims: [claim], update });
};

/** What it says would be let in, in a version that nobody knows. */
const otherVersion: Attempt = (member) => {
  const claim = member.claim();
  const plain = encodeUpdateBody({ claims: [claim], update: member.updateUnder(claim.clientId, titled) });
  plain[0] = 0;
  return { fate: 'void', record: member.sealed('update', plain) };
};

export const UPDATE_DEEDS: readonly (readonly [weight: number, kind: string, attempt: Attempt])[] = [
  [3, 'an honest edit', honestEdit],
  [2, 'an update under another’s client id', anothersId],
  [1, 'a claim that does not fit', falseClaim],
  [1, 'a clock gap', clockGap],
  [1, 'structs that refer to nothing', pendingStructs],
  [1, 'deletes of nothing', pendingDeletes],
  [2, 'a torn struct', tornStruct],
  [0.5, 'a document too deep', tooDeep],
  [0.05, 'an update too large', oversized],
  [0.5, 'too many client ids', tooManyIds],
  [1, 'noise', noise],
  [1, 'the second encoding', secondEncoding],
  [1, 'an update under the seed’s id', seedsId],
  [1, 'a document inside', subdocument],
  [1, 'a body of another version', otherVersion],
];
