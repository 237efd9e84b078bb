/**
 * People, by their exact names. The first key that the service names is pinned in the home; another one later counts for
 * nothing until it is approved.
 */
import { PersonAnswer } from '../../wire/http/people.ts';
import { judgeUserName } from '../../wire/http/user-name.ts';
import { type PrincipalId, principalId } from '../../wire/ids.ts';
import { provenDeviceList } from '../epochs/device-lists.ts';
import type { AccountOutcome, Contact, Person } from './api.ts';
import { safetyNumber } from './safety-number.ts';
import type { Self } from './self.ts';

/** `deviceList`: signed, as the service has it. */
export type Found = { readonly person: Person; readonly deviceList: Uint8Array };

const DONE = { ok: true, value: null } as const;

export class People {
  readonly #self: Self;

  constructor(self: Self) {
    this.#self = self;
  }

  async find(typed: string): Promise<AccountOutcome<Person>> {
    const found = await this.look(typed);
    return found.ok ? { ok: true, value: found.value.person } : found;
  }

  /** With the signed list of that person's devices. */
  async look(typed: string): Promise<AccountOutcome<Found>> {
    const { service, home } = this.#self;
    const name = typed.trim().toLowerCase();
    if (judgeUserName(name) === 'invalid') return { ok: false, reason: 'unknown-name' };
    if (!home.isReady) return { ok: false, reason: 'wrong-state' };
    const answer = await service.call('person', PersonAnswer, {}, name);
    if (!answer.ok) return answer;
    const principal = principalId(answer.value.principal);
    // A key is somebody's who has signed with it.
    if (!provenDeviceList(answer.value.deviceList, principal)) return { ok: false, reason: 'untrusted-server' };
    const known = home.contact(name);
    const pin = !known ? 'new' : known.principal === principal ? 'same' : 'changed';
    home.saveContact(
      known
        ? { ...known, changedTo: pin === 'changed' ? principal : null }
        : { name, principal, verified: false, changedTo: null },
    );
    const { digits, code } = safetyNumber(this.#self.identity.principal, principal);
    const verified = pin === 'same' && known?.verified === true;
    const person = { name, principal, pin, verified, safetyNumber: digits, safetyCode: code } as const;
    return { ok: true, value: { person, deviceList: answer.value.deviceList } };
  }

  setVerified(name: string, principal: PrincipalId, verified: boolean): AccountOutcome<null> {
    return this.#change(name, (contact) => {
      // What was compared is not the key that counts.
      if (contact.principal !== principal) return undefined;
      return { ...contact, verified };
    });
  }

  approve(name: string, principal: PrincipalId): AccountOutcome<null> {
    return this.#change(name, (contact) => {
      if (contact.changedTo !== principal) return undefined;
      return { ...contact, principal, verified: false, changedTo: null };
    });
  }

  remove(name: string): AccountOutcome<null> {
    if (!this.#self.home.isReady) return { ok: false, reason: 'wrong-state' };
    this.#self.home.removeContact(name);
    return DONE;
  }

  #change(name: string, change: (contact: Contact) => Contact | undefined): AccountOutcome<null> {
    const { home } = this.#self;
    const known = home.isReady ? home.contact(name) : undefined;
    if (!known) return { ok: false, reason: 'wrong-state' };
    const changed = change(known);
    if (!changed) return { ok: false, reason: 'key-changed' };
    home.saveContact(changed);
    return DONE;
  }
}
