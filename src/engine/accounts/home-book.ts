/**
 * The home as a document: the account's rooms, folders, contacts, devices and settings, each in a map of its own, so that two
 * devices that change different things do not undo each other.
 *
 * Invariant: what is read was written by a device of the account, of whatever version; what does not parse is passed over.
 */
import * as v from 'valibot';
import type * as Y from 'yjs';
import { fromBase64Url } from '../../wire/base64url.ts';
import { equalBytes } from '../../wire/bytes.ts';
import { type DeviceId, ID_BYTES, type PrincipalId, type RoomId } from '../../wire/ids.ts';
import type { Profile } from '../api.ts';
import type { EpochSecret } from '../epochs/epoch-secrets.ts';
import type { Room } from '../rooms/room.ts';
import type { Appearance, Contact, Folder } from './api.ts';
import {
  decodeHomeEntry,
  decodeHomeSecrets,
  encodeHomeEntry,
  encodeHomeSecrets,
  type HomeEntry,
  type HomeRoom,
  secretsAt,
} from './home-entry.ts';

const MAPS = {
  rooms: 'rooms',
  secrets: 'secrets',
  places: 'places',
  folders: 'folders',
  contacts: 'contacts',
  devices: 'devices',
  settings: 'settings',
} as const;
type MapName = keyof typeof MAPS;

const ContactValue = v.object({
  principal: v.string(),
  verified: v.boolean(),
  changedTo: v.nullable(v.string()),
});
const DeviceValue = v.object({ name: v.string(), prekey: v.instance(Uint8Array) });
const AppearanceValue = v.picklist(['system', 'light', 'dark']);

export type HomeDevice = { readonly name: string; readonly prekey: Uint8Array };

export class HomeBook {
  readonly #room: () => Room | null;

  /** `room`: the home, while it is open. */
  constructor(room: () => Room | null) {
    this.#room = room;
  }

  /** Everything that this device knows of the home is there to be read, and may be changed. */
  get isReady(): boolean {
    return this.#room()?.state().phase === 'ready';
  }
  /** It cannot be read: the rooms go on without it. */
  get hasFailed(): boolean {
    return this.#room()?.state().phase === 'failed';
  }
  /** It goes on in an epoch that this device cannot open. */
  get lacksKey(): boolean {
    return this.#room()?.lacksKey ?? false;
  }
  /** The relay has all that this device wrote, and this device all that the relay has. */
  get isSettled(): boolean {
    const room = this.#room();
    if (!room) return false;
    const { phase, caughtUp } = room.state();
    return phase === 'ready' && caughtUp && room.waiting === 0;
  }

  /** It goes on in an epoch that names no prekey of which a newer one is known. */
  get isHealed(): boolean {
    return this.#room()?.isHealed ?? true;
  }
  /** The prekey with which its epoch names a device; 0: it does not. */
  namedPrekey(device: DeviceId): number {
    return this.#room()?.namedPrekey(device) ?? 0;
  }
  /** Does what it should have done before it goes on: it begins an epoch if it has to. */
  heal(): void {
    this.#room()?.heal();
  }

  #map(name: MapName): Y.Map<unknown> | undefined {
    return this.#room()?.doc.getMap(MAPS[name]);
  }
  #read(name: MapName): [string, unknown][] {
    return [...(this.#map(name)?.entries() ?? [])];
  }
  /** Undefined takes the key away. Nothing is written where nothing changes. */
  #write(name: MapName, key: string, value: unknown): void {
    const known = this.#map(name)?.get(key);
    if (isSame(known, value)) return;
    this.#room()?.edit((doc) => {
      if (value === undefined) doc.getMap(MAPS[name]).delete(key);
      else doc.getMap(MAPS[name]).set(key, value);
    });
  }

  /** Of the home's own epochs: those that a device needs which begins to read it. */
  secrets(): readonly EpochSecret[] {
    return this.#room()?.startingSecrets ?? [];
  }

  rooms(): Map<RoomId, HomeRoom> {
    const secrets = this.#secretsByRoom();
    const entries = this.#read('rooms').flatMap(([room, value]): [RoomId, HomeRoom][] => {
      const entry = entryIn(value);
      if (!entry || fromBase64Url(room)?.length !== ID_BYTES) return [];
      return [[room as RoomId, { ...entry, secrets: secrets.get(room) ?? [] }]];
    });
    return new Map(entries);
  }
  room(room: RoomId): HomeRoom | undefined {
    const entry = this.entrance(room);
    return entry && { ...entry, secrets: this.#secretsByRoom(room).get(room) ?? [] };
  }
  entrance(room: RoomId): HomeEntry | undefined {
    return entryIn(this.#map('rooms')?.get(room));
  }
  hasRoom(room: RoomId): boolean {
    return this.#map('rooms')?.has(room) ?? false;
  }
  hasSecret(room: RoomId, epoch: number): boolean {
    const secrets = secretsIn(this.#map('secrets')?.get(secretsKey(room, secretsAt(epoch))));
    return secrets.some((secret) => secret.epoch === epoch);
  }
  keepRoom(room: RoomId, { entrance, links, secrets }: HomeRoom): void {
    this.#write('rooms', room, encodeHomeEntry({ entrance, links }));
    const together = new Map<number, EpochSecret[]>();
    for (const secret of [...secrets].sort((a, b) => a.epoch - b.epoch)) {
      const at = secretsAt(secret.epoch);
      together.set(at, [...(together.get(at) ?? []), secret]);
    }
    for (const [at, some] of together) this.#write('secrets', secretsKey(room, at), encodeHomeSecrets(some));
  }
  dropRoom(room: RoomId): void {
    this.#write('rooms', room, undefined);
    this.#write('places', room, undefined);
    for (const [key] of this.#read('secrets')) if (roomOfKey(key) === room) this.#write('secrets', key, undefined);
  }

  /** `only`: of this room alone. */
  #secretsByRoom(only?: RoomId): Map<string, EpochSecret[]> {
    const byRoom = new Map<string, EpochSecret[]>();
    for (const [key, value] of this.#read('secrets')) {
      const room = roomOfKey(key);
      if (only === undefined || room === only) byRoom.set(room, [...(byRoom.get(room) ?? []), ...secretsIn(value)]);
    }
    return byRoom;
  }

  folders(): Folder[] {
    return this.#read('folders')
      .flatMap(([id, name]) => (typeof name === 'string' ? [{ id, name }] : []))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  hasFolder(folder: string): boolean {
    return this.#map('folders')?.has(folder) ?? false;
  }
  nameFolder(folder: string, name: string): void {
    this.#write('folders', folder, name);
  }
  removeFolder(folder: string): void {
    this.#write('folders', folder, undefined);
    for (const [room, place] of this.#read('places')) if (place === folder) this.#write('places', room, undefined);
  }
  /** The folder of each room that is in one. */
  places(): Map<string, string> {
    const entries = this.#read('places').flatMap(([room, folder]): [string, string][] =>
      typeof folder === 'string' && this.hasFolder(folder) ? [[room, folder]] : [],
    );
    return new Map(entries);
  }
  place(room: RoomId, folder: string | null): void {
    this.#write('places', room, folder ?? undefined);
  }

  contacts(): Contact[] {
    return this.#read('contacts')
      .flatMap(([name, value]) => {
        const parsed = v.safeParse(ContactValue, value);
        if (!parsed.success) return [];
        const { principal, verified, changedTo } = parsed.output;
        return [{ name, principal: principal as PrincipalId, verified, changedTo: changedTo as PrincipalId | null }];
      })
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }
  contact(name: string): Contact | undefined {
    return this.contacts().find((contact) => contact.name === name);
  }
  saveContact({ name, ...contact }: Contact): void {
    this.#write('contacts', name, contact);
  }
  removeContact(name: string): void {
    this.#write('contacts', name, undefined);
  }

  devices(): Map<DeviceId, HomeDevice> {
    const entries = this.#read('devices').flatMap(([device, value]): [DeviceId, HomeDevice][] => {
      const parsed = v.safeParse(DeviceValue, value);
      return parsed.success ? [[device as DeviceId, parsed.output]] : [];
    });
    return new Map(entries);
  }
  saveDevice(device: DeviceId, value: HomeDevice): void {
    this.#write('devices', device, value);
  }
  /** The version of the account's list that was the last to leave a device out; 0: none was. */
  lastRevocation(): number {
    const version = this.#map('settings')?.get('revocation');
    return typeof version === 'number' ? version : 0;
  }
  noteRevocation(version: number): void {
    this.#write('settings', 'revocation', version);
  }
  removeDevice(device: DeviceId): void {
    this.#write('devices', device, undefined);
  }

  /** Null: the account has never said. */
  profile(): Profile | null {
    const [name, color] = [this.#map('settings')?.get('name'), this.#map('settings')?.get('color')];
    return typeof name === 'string' && typeof color === 'string' ? { name, color } : null;
  }
  saveProfile({ name, color }: Profile): void {
    this.#write('settings', 'name', name);
    this.#write('settings', 'color', color);
  }
  appearance(): Appearance | null {
    const parsed = v.safeParse(AppearanceValue, this.#map('settings')?.get('appearance'));
    return parsed.success ? parsed.output : null;
  }
  saveAppearance(appearance: Appearance): void {
    this.#write('settings', 'appearance', appearance);
  }
}

const secretsKey = (room: RoomId, at: number): string => `${room}/${at}`;
const roomOfKey = (key: string): string => key.split('/')[0] ?? '';
const secretsIn = (value: unknown): EpochSecret[] => (value instanceof Uint8Array && decodeHomeSecrets(value)) || [];
const entryIn = (value: unknown): HomeEntry | undefined =>
  value instanceof Uint8Array ? decodeHomeEntry(value) : undefined;

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return equalBytes(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return a === b;
  const [left, right] = [Object.entries(a), Object.entries(b)];
  return left.length === right.length && left.every(([key, value]) => isSame(value, b[key as keyof typeof b]));
}
