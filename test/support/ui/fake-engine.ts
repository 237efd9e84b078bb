import type { EngineClient, EngineState, RoomState } from '../../../src/engine/api.ts';
import { TITLE_NAME } from '../../../src/wire/document.ts';
import type { Newcomers } from '../../../src/wire/epoch.ts';
import type { RoomId } from '../../../src/wire/ids.ts';
import { FakeAccounts } from './fake-accounts.ts';
import { FakeHub, FakeSocket } from './fake-hub.ts';
import { FakeMembership } from './fake-membership.ts';

const roomDefaults = (room: string): RoomState => ({
  room: room as RoomId,
  title: '',
  phase: 'ready',
  failure: null,
  role: 'owner',
  readOnly: null,
  saved: { at: 'relay' },
  caughtUp: true,
  generation: 1,
  alarm: null,
  noticed: 0,
  rescued: false,
  changedAt: Date.now(),
  accessAt: 1,
  part: 0,
  earlierParts: 0,
  epoch: 1,
  shutOutBy: null,
  kept: 'device',
  folder: null,
});

export const fakeRoomId = (letter: string): string => `${letter.repeat(42)}A`;

/** An engine without keys, storage or network, whose state a test can set as it likes. */
export class FakeEngine extends FakeAccounts implements EngineClient {
  readonly accounts = this;
  readonly membership: FakeMembership = new FakeMembership(this);
  state: EngineState;
  rescuedTexts: string[] = ['The paragraph that I wrote on the train, while my role was being changed.'];
  /** Fragments of the links that were opened. */
  readonly opened: string[] = [];
  readonly hubs = new Map<string, FakeHub>();
  readonly #listeners = new Set<(state: EngineState) => void>();
  #nextClientId = 1_000 + Math.floor(Math.random() * 1e9);

  constructor(state: Partial<EngineState> = {}) {
    super();
    this.state = {
      profile: { name: '', color: '#808080' },
      appearance: 'system',
      account: null,
      connection: 'online',
      problem: null,
      rooms: [],
      ...state,
    };
  }

  set(change: Partial<EngineState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.#listeners) listener(structuredClone(this.state));
  }
  setRoom(room: string, change: Partial<RoomState>): void {
    const known = this.state.rooms.find((candidate) => candidate.room === room) ?? roomDefaults(room);
    const next = { ...known, ...change };
    const isKnown = this.state.rooms.includes(known);
    this.set({
      rooms: isKnown ? this.state.rooms.map((other) => (other === known ? next : other)) : [next, ...this.state.rooms],
    });
  }
  hub(room: string): FakeHub {
    const known = this.hubs.get(room);
    if (known) return known;
    const hub = new FakeHub(room, ({ doc }) => {
      const title = doc.getText(TITLE_NAME).toString();
      if (this.state.rooms.some((candidate) => candidate.room === room && candidate.title !== title)) {
        this.setRoom(room, { title });
      }
    });
    this.hubs.set(room, hub);
    return hub;
  }

  watch(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    listener(structuredClone(this.state));
    return () => this.#listeners.delete(listener);
  }
  async setProfile(profile: EngineState['profile']): Promise<void> {
    this.set({ profile });
  }
  async createDocument(newcomers?: Newcomers) {
    const room = fakeRoomId(String.fromCharCode(97 + this.state.rooms.length));
    if (newcomers === 'start-empty') this.membership.setPeople(room, { newcomers, links: [] });
    this.setRoom(room, { kept: this.state.account === null ? 'device' : 'account' });
    return { ok: true as const, value: room as RoomId };
  }
  async openLink(room: string, fragment: string, password?: string) {
    this.opened.push(fragment);
    if (fragment.length < 5) return { ok: false as const, reason: 'damaged-link' as const };
    if (fragment.endsWith('-locked') && password !== 'open sesame')
      return {
        ok: false as const,
        reason: password === undefined ? ('password-needed' as const) : ('wrong-password' as const),
      };
    this.setRoom(room, {
      role: fragment.startsWith('view') ? 'viewer' : 'editor',
      readOnly: fragment.startsWith('view') ? 'role' : null,
    });
    return { ok: true as const, value: room as RoomId };
  }
  async links(room: RoomId) {
    const role = this.state.rooms.find((candidate) => candidate.room === room)?.role;
    return { edit: role === 'viewer' ? null : `/d/${room}#edit-secret`, view: `/d/${room}#view-secret` };
  }
  async forget(room: RoomId): Promise<void> {
    this.set({ rooms: this.state.rooms.filter((candidate) => candidate.room !== room) });
  }
  async rescued(): Promise<readonly string[]> {
    return this.rescuedTexts;
  }
  async discardRescued(room: RoomId): Promise<void> {
    this.rescuedTexts = [];
    this.setRoom(room, { rescued: false, saved: { at: 'relay' } });
  }
  async attach(room: RoomId) {
    const hub = this.hub(room);
    this.#nextClientId += 1;
    const generation = this.state.rooms.find((candidate) => candidate.room === room)?.generation ?? 1;
    class Socket extends FakeSocket {
      constructor(_url: string) {
        super(hub);
      }
    }
    return { ok: true as const, value: { clientId: this.#nextClientId, generation, Socket, detach: () => {} } };
  }
}
