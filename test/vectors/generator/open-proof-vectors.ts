/** Vectors of what a device shows when it opens a room. The room is that of the other vectors, in its epoch 2. */
import { epoch2 } from './epochs.ts';
import { type Hostile, refused, trailing, truncated } from './hostile.ts';
import { block, cat, flip, hex, type Json, u8, zeros } from './layout.ts';
import {
  alice,
  bob,
  bobTablet,
  certificate,
  link,
  listHash,
  mallory,
  signedList,
  someDevice,
  viewLink,
  visitor,
} from './people.ts';
import { fixed, type Signer } from './primitives.ts';

const room = epoch2.core.room;
const NONE = u8(0);
const byCertificate = (bytes: Uint8Array): Uint8Array => cat(u8(1), block(bytes));
const byList = (bytes: Uint8Array): Uint8Array => cat(u8(2), block(bytes));

function listOf(of: { readonly identity: Signer }, version: number, previous: Uint8Array, ...devices: Uint8Array[]) {
  return signedList(of.identity, { version, previous, devices: devices.sort(Buffer.compare) });
}
const bobs = bob.devices.map(({ key }) => key);
const first = listHash(bob.list);
const added = listOf(bob, 2, first, ...bobs, bobTablet.key);
const jumping = listOf(bob, 9, fixed('hash of a list that the log has not seen'), bobTablet.key);
const visitorCertificate = certificate(viewLink, room, visitor.key);

const shown = (name: string, device: Signer, fields: Json, bytes: Uint8Array, role: string): Json => ({
  name,
  device: hex(device.key),
  fields,
  bytes: hex(bytes),
  role,
});
const at = (step: Hostile['step'], device: Signer = bobTablet): object => ({ step, device: hex(device.key) });
const stranger = (name: string, list: Uint8Array, device?: Signer): Hostile =>
  refused(name, 'unknown-device', byList(list), at('judge', device));
const forged = (name: string, bytes: Uint8Array, device?: Signer): Hostile =>
  refused(name, 'bad-signature', bytes, at('verify', device));

export const openProofs = {
  about:
    '[FR3] What a device shows when it opens the room of epochs.json after its epoch 2. `role`: with which it reads then. Hostile ones of step `judge` are well formed and signed, and the device does not read by them.',
  valid: [
    shown('nothing, a device that the log knows', someDevice, { type: 'none' }, NONE, 'owner'),
    shown(
      'a certificate',
      visitor,
      { type: 'certificate', bytes: hex(visitorCertificate) },
      byCertificate(visitorCertificate),
      'viewer',
    ),
    shown('the next list', bobTablet, { type: 'device-list', bytes: hex(added) }, byList(added), 'editor'),
    shown(
      'a list that jumps over others',
      bobTablet,
      { type: 'device-list', bytes: hex(jumping) },
      byList(jumping),
      'editor',
    ),
  ],
  hostile: [
    refused('an unknown tag', 'unknown-version', cat(u8(3), block(zeros(0))), at('decode')),
    trailing('nothing', NONE),
    trailing('a certificate', byCertificate(visitorCertificate)),
    trailing('a list', byList(added)),
    ...truncated('a certificate', byCertificate(visitorCertificate), [0, 1, 4, 5, -1]),
    ...truncated('a list', byList(added), [1, 4, 5, -1]),
    refused('an empty certificate', 'malformed', byCertificate(zeros(0))),
    refused('a certificate of 95 bytes', 'malformed', byCertificate(visitorCertificate.slice(1))),
    refused('an empty list', 'malformed', byList(zeros(0))),
    refused('a list with a byte too many', 'malformed', byList(cat(added, u8(0)))),
    refused('a list of version 2', 'unknown-version', byList(cat(u8(2), added.slice(1)))),
    forged('a certificate for another device', byCertificate(visitorCertificate), bobTablet),
    forged('a list that its account did not sign', byList(flip(added, -1))),
    forged(
      'a list that one of its devices did not sign',
      byList(listOf(bob, 2, first, bobTablet.key, fixed('no key'))),
    ),
    refused('nothing, a stranger', 'unknown-device', NONE, at('judge')),
    refused(
      'a certificate of a link that is not in',
      'unknown-device',
      byCertificate(certificate(link(fixed('another link')), room, visitor.key)),
      at('judge', visitor),
    ),
    stranger('a list that the device is not on', added, mallory.devices[0] as Signer),
    stranger('the list of an account that is not in', listOf(mallory, 2, listHash(mallory.list), bobTablet.key)),
    stranger('a list of the version that the log knows', listOf(bob, 1, zeros(32), ...bobs, bobTablet.key)),
    stranger('the next list, naming another one before', listOf(bob, 2, listHash(alice.list), ...bobs, bobTablet.key)),
    stranger('a list with somebody else’s device', listOf(bob, 2, first, bobTablet.key, someDevice.key)),
  ] satisfies Hostile[],
};
