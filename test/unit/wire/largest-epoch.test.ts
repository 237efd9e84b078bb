import { expect, it } from 'vitest';
import { decodeClientMessage, encodeClientFrame } from '../../../src/wire/client-frames.ts';
import { sortById } from '../../../src/wire/device-list.ts';
import {
  decodeEpochBody,
  type EpochCore,
  encodeCore,
  encodeEpochBody,
  NO_LIMITS,
  NO_ROOM,
  WRAP_BYTES,
} from '../../../src/wire/epoch.ts';
import { deviceId, hashId, principalId, START, ZERO_HASH } from '../../../src/wire/ids.ts';
import {
  MAX_DEVICES,
  MAX_EPOCH_RECORD_BYTES,
  MAX_LINKS,
  MAX_MESSAGE_BYTES,
  MAX_PRINCIPALS,
} from '../../../src/wire/limits.ts';
import { KEM_PUBLIC_KEY_BYTES } from '../../../src/wire/prekey.ts';

const idOf = (kind: number, index: number): Uint8Array => {
  const bytes = new Uint8Array(32).fill(kind);
  new DataView(bytes.buffer).setUint32(0, index);
  return bytes;
};
const many = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

it('[EP8] an epoch of as many people, devices and links as a room may have fits into a record, with its wraps into a message', () => {
  const accounts = many(MAX_PRINCIPALS - MAX_LINKS, (i) => principalId(idOf(1, i)));
  const links = many(MAX_LINKS, (i) => principalId(idOf(2, i)));
  const core: EpochCore = {
    room: NO_ROOM,
    epoch: 2,
    previous: ZERO_HASH,
    lastListChange: ZERO_HASH,
    position: START,
    date: 0,
    newcomers: 'see-all',
    segment: 0,
    access: sortById(
      [
        ...accounts.map((principal) => ({ principal, kind: 'account' as const, role: 'owner' as const })),
        ...links.map((principal) => ({ principal, kind: 'link' as const, role: 'editor' as const })),
      ],
      ({ principal }) => principal,
    ),
    lists: accounts.map((principal) => ({ principal, version: 1, hash: ZERO_HASH })),
    devices: many(MAX_DEVICES, (i) => ({ device: deviceId(idOf(3, i)), prekey: 1 })),
    links: links.map((principal) => ({ principal, kemKey: new Uint8Array(KEM_PUBLIC_KEY_BYTES), ...NO_LIMITS })),
    commitment: new Uint8Array(32),
  };
  const recipients = core.devices.length + core.links.length;
  const body = encodeEpochBody(
    encodeCore(core),
    [],
    many(recipients, (i) => hashId(idOf(4, i))),
  );
  expect(decodeEpochBody(body).wrapHashes).toHaveLength(recipients);
  expect(body.length).toBeLessThan(MAX_EPOCH_RECORD_BYTES);
  const wraps = many(recipients, () => new Uint8Array(WRAP_BYTES));
  const frame = encodeClientFrame({ type: 'append', channel: 1, record: body, wraps });
  expect(frame.length).toBeLessThan(MAX_MESSAGE_BYTES);
  expect(decodeClientMessage(frame)).toMatchObject([{ wraps: { length: recipients } }]);
});
