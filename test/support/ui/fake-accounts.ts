import type {
  AccountCommands,
  AccountFailure,
  AccountOutcome,
  AccountState,
  Appearance,
  Contact,
  DeviceInfo,
  Proof,
} from '../../../src/engine/accounts/api.ts';
import type { EngineState, RoomState } from '../../../src/engine/api.ts';
import type { DeviceId, PrincipalId, RoomId } from '../../../src/wire/ids.ts';

const HOUR_MS = 3_600_000;
const id = <T extends string>(letter: string): T => `${letter.repeat(42)}A` as T;
const done = { ok: true, value: null } as const;
const fail = (reason: AccountFailure, waitSeconds?: number) =>
  ({ ok: false, reason, ...(waitSeconds === undefined ? {} : { waitSeconds }) }) as const;
const plain = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();

export const FAKE_PASSWORD = 'correct horse battery';
export const FAKE_CODE = '7QXK-M2RD-93TV-BHWC-5NZE-J8FA-PL4G';
export const NEW_CODE = 'W3PD-Q8LM-2ZKX-7RTV-HB5N-CF9J-AE6G';
export const PAIRING_CODE = `sealroom-device-${'k7Qz'.repeat(20)}`;

export const fakeDevices = (now: number): readonly DeviceInfo[] => [
  { id: id('d'), addedAt: now - 900 * HOUR_MS, lastSeenAt: now, isThis: true },
  { id: id('p'), addedAt: now - 300 * HOUR_MS, lastSeenAt: now - 5 * HOUR_MS, isThis: false },
  { id: id('u'), addedAt: now - 2 * HOUR_MS, lastSeenAt: now - HOUR_MS, isThis: false },
];

export const fakeAccount = (change: Partial<AccountState> = {}): AccountState => ({
  deviceNames: { [id('d')]: 'Laptop', [id('p')]: 'Phone' } as Record<DeviceId, string>,
  name: 'ada',
  principal: id<PrincipalId>('a'),
  device: id<DeviceId>('d'),
  access: 'in',
  homeReady: true,
  folders: [],
  contacts: [],
  invitations: [],
  knocks: [],
  asked: [],
  ...change,
});

/** Accounts without keys or network: what a service would answer, kept in memory. */
export abstract class FakeAccounts implements AccountCommands {
  abstract state: EngineState;
  abstract set(change: Partial<EngineState>): void;
  abstract setRoom(room: string, change: Partial<RoomState>): void;

  /** Accounts that the service knows: name to what proves them. */
  readonly known = new Map([
    ['ada', { password: FAKE_PASSWORD, code: FAKE_CODE }],
    ['grace', { password: 'another horse', code: FAKE_CODE }],
    ['taken', { password: 'x', code: FAKE_CODE }],
  ]);
  /** People whose key the service names differently now. */
  readonly rekeyed = new Set<string>();
  deviceList: readonly DeviceInfo[] = fakeDevices(Date.now());
  /** What the next commands refuse with. */
  refusing: { reason: AccountFailure; waitSeconds?: number } | null = null;
  /** What was begun: name and proof that will count. */
  #begun: { name: string; password: string } | null = null;
  #welcome: ((outcome: AccountOutcome<null>) => void) | null = null;

  setAccount(change: Partial<AccountState>): void {
    if (this.state.account !== null) this.set({ account: { ...this.state.account, ...change } });
  }
  #refusal(): { ok: false; reason: AccountFailure; waitSeconds?: number } | null {
    return this.refusing === null ? null : fail(this.refusing.reason, this.refusing.waitSeconds);
  }
  #proves(name: string, proof: Proof): boolean {
    const account = this.known.get(name);
    if (account === undefined) return false;
    return proof.way === 'password' ? account.password === proof.secret : plain(account.code) === plain(proof.secret);
  }
  /** Null: the person at this device has proved the account. */
  #checkProof(proof: Proof) {
    const name = this.state.account?.name;
    if (name === undefined) return fail('wrong-state');
    return this.#refusal() ?? (this.#proves(name, proof) ? null : fail('wrong-credentials'));
  }
  #enter(name: string, takeDocuments: boolean): void {
    const rooms = this.state.rooms.map((room) => ({ ...room, kept: takeDocuments ? ('account' as const) : room.kept }));
    this.set({ account: fakeAccount({ name }), rooms });
  }

  async beginSignUp(name: string, password: string) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    if (this.known.has(name)) return fail('name-taken');
    this.#begun = { name, password };
    return { ok: true as const, value: { ticket: 'sign-up', code: NEW_CODE } };
  }
  async finishSignUp(_ticket: string, takeDocuments: boolean) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    if (this.#begun === null) return fail('attempt-expired');
    this.known.set(this.#begun.name, { password: this.#begun.password, code: NEW_CODE });
    this.deviceList = fakeDevices(Date.now()).slice(0, 1);
    this.#enter(this.#begun.name, takeDocuments);
    return done;
  }
  async signIn(name: string, proof: Proof, takeDocuments: boolean) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    if (proof.way === 'recovery' && plain(proof.secret).length !== plain(FAKE_CODE).length)
      return fail('mistyped-code');
    if (!this.#proves(name, proof)) return fail('wrong-credentials');
    if (this.state.account === null) this.#enter(name, takeDocuments);
    else this.setAccount({ access: 'in' });
    return done;
  }
  async signOut({ loseUnsent }: { everywhere: boolean; loseUnsent: boolean }) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    const unsent = this.state.rooms.some(({ kept, saved }) => kept === 'account' && saved.at !== 'relay');
    if (unsent && !loseUnsent) return fail('unsent');
    this.set({ account: null, rooms: this.state.rooms.filter(({ kept }) => kept === 'device') });
    return done;
  }

  async changePassword(proof: Proof, password: string) {
    const refusal = this.#checkProof(proof);
    if (refusal) return refusal;
    const account = this.known.get(this.state.account?.name ?? '');
    if (account) account.password = password;
    return done;
  }
  async beginRecoveryCode(proof: Proof) {
    return this.#checkProof(proof) ?? { ok: true as const, value: { ticket: 'code', code: NEW_CODE } };
  }
  async finishRecoveryCode(_ticket: string) {
    return this.#refusal() ?? done;
  }

  async devices() {
    return this.#refusal() ?? { ok: true as const, value: this.deviceList };
  }
  async renameDevice(device: DeviceId, name: string) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    this.setAccount({ deviceNames: { ...this.state.account?.deviceNames, [device]: name } });
    return done;
  }
  async revokeDevice(device: DeviceId, proof: Proof) {
    const refusal = this.#checkProof(proof);
    if (refusal) return refusal;
    this.deviceList = this.deviceList.filter((known) => known.id !== device);
    return done;
  }

  async beginPairing() {
    return this.#refusal() ?? { ok: true as const, value: { ticket: 'pairing', code: PAIRING_CODE } };
  }
  awaitWelcome(_ticket: string, takeDocuments: boolean): Promise<AccountOutcome<null>> {
    return new Promise((resolve) => {
      this.#welcome = (outcome) => {
        if (outcome.ok) this.#enter('ada', takeDocuments);
        resolve(outcome);
      };
    });
  }
  /** Plays the old device, or the ten minutes that pass without one. */
  endPairing(outcome: AccountOutcome<null> = done): void {
    this.#welcome?.(outcome);
    this.#welcome = null;
  }
  async cancelPairing(): Promise<void> {
    this.endPairing(fail('no-welcome'));
  }
  async admitDevice(code: string, proof: Proof) {
    if (!code.startsWith('sealroom-device-')) return fail('bad-pairing-code');
    const refusal = this.#checkProof(proof);
    if (refusal) return refusal;
    const now = Date.now();
    const added = { id: id<DeviceId>('n'), addedAt: now, lastSeenAt: now, isThis: false };
    this.deviceList = [...this.deviceList, added];
    return { ok: true as const, value: added.id };
  }

  async findPerson(name: string) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    if (!this.known.has(name)) return fail('unknown-name');
    const contacts = this.state.account?.contacts ?? [];
    const contact = contacts.find((known) => known.name === name);
    const principal = id<PrincipalId>(this.rekeyed.has(name) ? 'z' : 'g');
    const changed = contact !== undefined && contact.principal !== principal;
    if (contact === undefined) this.#setContact({ name, principal, verified: false, changedTo: null });
    else if (changed) this.#setContact({ ...contact, changedTo: principal });
    const safetyNumber = Array.from({ length: 12 }, (_, i) => String(10_437 + i * 7_411).slice(-5)).join(' ');
    const pin = contact === undefined ? ('new' as const) : changed ? ('changed' as const) : ('same' as const);
    const verified = contact?.verified === true && !changed;
    const safetyCode = `sealroom-safety-${principal}-${'Zk4'.repeat(8)}`;
    return { ok: true as const, value: { name, principal, pin, verified, safetyNumber, safetyCode } };
  }
  #setContact(contact: Contact): void {
    const others = (this.state.account?.contacts ?? []).filter(({ name }) => name !== contact.name);
    this.setAccount({ contacts: [...others, contact].sort((a, b) => (a.name < b.name ? -1 : 1)) });
  }
  #changeContact(name: string, change: Partial<Contact>) {
    const contact = this.state.account?.contacts.find((known) => known.name === name);
    if (contact === undefined) return fail('unknown-name');
    this.#setContact({ ...contact, ...change });
    return done;
  }
  async setVerified(name: string, _principal: PrincipalId, verified: boolean) {
    return this.#changeContact(name, { verified });
  }
  async approveKey(name: string, principal: PrincipalId) {
    return this.#changeContact(name, { principal, verified: false, changedTo: null });
  }
  async removeContact(name: string) {
    this.setAccount({ contacts: (this.state.account?.contacts ?? []).filter((known) => known.name !== name) });
    return done;
  }

  async makeFolder(name: string) {
    const refusal = this.#refusal();
    if (refusal) return refusal;
    const folders = this.state.account?.folders ?? [];
    const folder = { id: `folder-${folders.length + 1}`, name };
    this.setAccount({ folders: [...folders, folder] });
    return { ok: true as const, value: folder };
  }
  async renameFolder(folder: string, name: string) {
    const folders = this.state.account?.folders ?? [];
    this.setAccount({ folders: folders.map((known) => (known.id === folder ? { ...known, name } : known)) });
    return done;
  }
  async removeFolder(folder: string) {
    this.setAccount({ folders: (this.state.account?.folders ?? []).filter((known) => known.id !== folder) });
    this.set({ rooms: this.state.rooms.map((room) => (room.folder === folder ? { ...room, folder: null } : room)) });
    return done;
  }
  async moveRoom(room: RoomId, folder: string | null) {
    this.setRoom(room, { folder });
    return done;
  }
  async takeRoom(room: RoomId) {
    this.setRoom(room, { kept: 'account' });
    return done;
  }
  async setAppearance(appearance: Appearance): Promise<void> {
    this.set({ appearance });
  }
}
