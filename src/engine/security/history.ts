/**
 * What has happened to who is in a room and under which keys: a function of the control records that counted, and of when this
 * device learned of those that bear no date. They are hash-chained [CH3], so nobody can rewrite this behind a member's back.
 *
 * A relay may keep back the bodies of old renewals. What it hides shows in the epochs' numbers and is told as hidden.
 */
import { recordHash } from '../../wire/chain.ts';
import type { AccessEntry, EpochBody, LinkLimits } from '../../wire/epoch.ts';
import { NO_LIMITS } from '../../wire/epoch.ts';
import type { DeviceId, Hash, PrincipalId } from '../../wire/ids.ts';
import type { LinkRole } from '../../wire/link.ts';
import type { Notice } from '../../wire/notice.ts';
import { parseRecord } from '../../wire/parsed-record.ts';
import { decodeRecord } from '../../wire/record.ts';
import { blake2b } from '../seal/sodium.ts';
import type { LoggedEvent, Signer, When } from './api.ts';

export type KnownDevice = { readonly principal: PrincipalId; readonly when: When | null };

export type RoomHistory = {
  /** Oldest first. */
  readonly events: readonly LoggedEvent[];
  /** On the members' lists now. */
  readonly devices: ReadonlyMap<DeviceId, KnownDevice>;
  readonly kinds: ReadonlyMap<PrincipalId, 'account' | 'link'>;
  readonly addedBy: ReadonlyMap<PrincipalId, PrincipalId>;
  readonly epoch: { readonly number: number; readonly when: When | null; readonly by: Signer | null };
  /** Whose device signed at some time in the log. */
  readonly signerOf: (device: DeviceId) => Signer;
};

type Place = { readonly seq: number; readonly when: When | null; readonly by: Signer | null };
type Change<T = LoggedEvent> = T extends LoggedEvent ? Omit<T, keyof Place> : never;

/** `records`: those that counted, in the order of the log. `learnedAt`: when this device learned of a position. */
export function historyOf(
  records: readonly { readonly seq: number; readonly record: Uint8Array }[],
  learnedAt: (seq: number) => number | null,
): RoomHistory {
  const fold = new HistoryFold();
  for (const { seq, record } of records) {
    const { record: signed, control } = parseRecord(decodeRecord(record));
    const { sender } = signed.header;
    const learned = learnedAt(seq);
    const here: When | null = learned === null ? null : { at: learned, word: 'here' };
    if (control.type === 'epoch') {
      const { date } = control.body.core;
      fold.epoch(seq, date === 0 ? here : { at: date, word: 'signer' }, sender, control.body);
      fold.remember(recordHash(blake2b, record), sender);
    } else if (control.type === 'notice') fold.notice(seq, here, sender, control.notice);
  }
  return fold.history;
}

class HistoryFold {
  readonly #events: LoggedEvent[] = [];
  readonly #members = new Map<PrincipalId, AccessEntry>();
  readonly #limits = new Map<PrincipalId, LinkLimits>();
  readonly #devices = new Map<DeviceId, KnownDevice>();
  /** Of all times: who signed stays named after their device has gone. */
  readonly #principalOf = new Map<DeviceId, PrincipalId>();
  readonly #kinds = new Map<PrincipalId, 'account' | 'link'>();
  readonly #addedBy = new Map<PrincipalId, PrincipalId>();
  /** Who began which, by the record's hash. */
  readonly #epochs = new Map<Hash, Signer>();
  #epoch: RoomHistory['epoch'] = { number: 0, when: null, by: null };

  get history(): RoomHistory {
    return {
      events: this.#events,
      devices: this.#devices,
      kinds: this.#kinds,
      addedBy: this.#addedBy,
      epoch: this.#epoch,
      signerOf: (device) => this.#signer(device),
    };
  }

  #signer(device: DeviceId): Signer {
    return { device, principal: this.#principalOf.get(device) ?? null };
  }

  epoch(seq: number, when: When | null, sender: DeviceId, { core, lists }: EpochBody): void {
    const before = this.#events.length;
    const hidden = core.epoch - this.#epoch.number - 1;
    if (hidden > 0) this.#events.push({ seq, when: null, by: null, type: 'hidden', count: hidden });
    const isFirst = this.#members.size === 0;
    const changes = lists.flatMap(({ list }) => this.#list(list.principal, list.devices, when));
    const by = this.#signer(sender);
    const place: Place = { seq, when, by };
    this.#epoch = { number: core.epoch, when, by };
    for (const { principal, kemKey: _, ...limits } of core.links) this.#limits.set(principal, limits);
    if (isFirst) this.#begin(place, core.access);
    else for (const change of [...this.#difference(core.access, by), ...changes]) this.#push(place, change);
    this.#dropDevices();
    if (this.#events.length === before + (hidden > 0 ? 1 : 0)) this.#renewed(place);
  }

  /** `epoch`: the hash of its record. */
  remember(epoch: Hash, sender: DeviceId): void {
    this.#epochs.set(epoch, this.#signer(sender));
  }

  notice(seq: number, when: When | null, sender: DeviceId, notice: Notice): void {
    const changes = this.#noticed(when, sender, notice);
    // Whose device it was is known once its list is.
    const place: Place = { seq, when, by: this.#signer(sender) };
    for (const change of changes) this.#push(place, change);
  }

  /** To a snapshot, or to an epoch [NO5]. */
  #objected({ seq, record }: Extract<Notice, { type: 'objection' }>): Change {
    const of = this.#epochs.get(record);
    return of ? { type: 'unopened', of } : { type: 'objected', snapshot: seq };
  }

  #noticed(when: When | null, sender: DeviceId, notice: Notice): readonly Change[] {
    switch (notice.type) {
      case 'device-list':
        return this.#list(notice.list.list.principal, notice.list.list.devices, when);
      case 'leave': {
        const { principal } = this.#signer(sender);
        if (!principal || !this.#members.delete(principal)) return [];
        this.#dropDevices();
        return [{ type: 'left', principal }];
      }
      case 'objection':
        return [this.#objected(notice)];
      case 'visitor': {
        // Who is on a member's list stands for that member.
        if (this.#devices.has(sender)) return [];
        const { link } = notice.certificate;
        this.#principalOf.set(sender, link);
        return [{ type: 'visitor', link, device: sender }];
      }
    }
  }

  #begin(place: Place, access: readonly AccessEntry[]): void {
    this.#push(place, { type: 'created' });
    for (const entry of access) {
      const isMaker = entry.principal === place.by?.principal;
      this.#keep(entry);
      if (!isMaker) for (const change of this.#came(entry, place.by)) this.#push(place, change);
    }
  }

  /** From the members as they are known to those of an epoch. */
  #difference(access: readonly AccessEntry[], by: Signer): Change[] {
    const after = new Map(access.map((entry) => [entry.principal, entry]));
    const gone = [...this.#members.values()].filter(({ principal }) => !after.has(principal));
    const changes: Change[] = [];
    const ended: Change[] = [];
    for (const { principal, kind, role } of gone) {
      this.#members.delete(principal);
      if (kind === 'account') changes.push({ type: 'removed', principal });
      else ended.push({ type: 'link-ended', link: principal, role: role as LinkRole });
    }
    for (const entry of access) {
      const known = this.#members.get(entry.principal);
      this.#keep(entry);
      if (!known) changes.push(...this.#came(entry, by));
      else if (known.role !== entry.role)
        changes.push({ type: 'role', principal: entry.principal, from: known.role, to: entry.role });
    }
    // Links end because of what was changed, or alone.
    return [...changes, ...ended];
  }

  #keep(entry: AccessEntry): void {
    this.#members.set(entry.principal, entry);
    this.#kinds.set(entry.principal, entry.kind);
  }

  #came({ principal, kind, role }: AccessEntry, by: Signer | null): Change[] {
    if (by?.principal) this.#addedBy.set(principal, by.principal);
    if (kind === 'account') return [{ type: 'added', principal, role }];
    const limits = this.#limits.get(principal) ?? NO_LIMITS;
    return [{ type: 'link-made', link: principal, role: role as LinkRole, ...limits }];
  }

  /** A newer list of a member; of somebody who is just let in it is no event. */
  #list(principal: PrincipalId, listed: readonly DeviceId[], when: When | null): Change[] {
    const known = [...this.#devices].filter(([, device]) => device.principal === principal).map(([device]) => device);
    const came = listed.filter((device) => !known.includes(device));
    const went = known.filter((device) => !listed.includes(device));
    for (const device of went) this.#devices.delete(device);
    for (const device of came) {
      this.#devices.set(device, { principal, when });
      this.#principalOf.set(device, principal);
    }
    const isMember = this.#members.has(principal);
    return isMember && came.length + went.length > 0 ? [{ type: 'devices', principal, came, went }] : [];
  }

  /** Of those who are not in any more. */
  #dropDevices(): void {
    for (const [device, { principal }] of this.#devices)
      if (!this.#members.has(principal)) this.#devices.delete(device);
  }

  #renewed(place: Place): void {
    const last = this.#events.at(-1);
    if (last?.type !== 'renewed') return this.#push(place, { type: 'renewed', count: 1 });
    const by = last.by?.principal === place.by?.principal ? place.by : null;
    this.#events[this.#events.length - 1] = { ...last, ...place, by, count: last.count + 1 };
  }

  #push(place: Place, change: Change): void {
    this.#events.push({ ...place, ...change } as LoggedEvent);
  }
}
