import { passingOn } from '../../src/engine/accounts/commands.ts';
import type { Attachment, EngineState, Outcome, Profile } from '../../src/engine/api.ts';
import { passingOnMembership } from '../../src/engine/membership/commands.ts';
import type { FramePort } from '../../src/engine/ports.ts';
import type { HostedEngine } from '../../src/platform/browser/worker/hosted-engine.ts';
import type { RoomId } from '../../src/wire/ids.ts';

const NO_LINKS = { edit: null, view: null };

/** An engine without an inside: it records what the host does with it. */
export class FakeHostedEngine implements HostedEngine {
  readonly ports: FramePort[] = [];
  readonly received: number[][] = [];
  detached = 0;
  closed = false;
  nextClientId = 100;
  profile: Profile = { name: '', color: '#000000' };
  /** Delays `close`, as a slow disk does. */
  closing: Promise<void> = Promise.resolve();
  readonly #listeners = new Set<() => void>();

  state(): EngineState {
    const { profile } = this;
    return { profile, appearance: 'system', account: null, connection: 'online', problem: null, rooms: [] };
  }

  onState(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async attach(_room: RoomId, port: FramePort): Promise<Outcome<Attachment & { detach(): void }>> {
    this.ports.push(port);
    port.onFrame = (frame) => this.received.push([...frame]);
    return { ok: true, value: { clientId: this.nextClientId++, generation: 0, detach: () => void this.detached++ } };
  }

  nudge(): void {}

  async close(): Promise<void> {
    await this.closing;
    this.closed = true;
  }

  async setProfile(profile: Profile): Promise<void> {
    this.profile = profile;
    for (const listener of this.#listeners) listener();
  }

  readonly accounts = passingOn(async () => ({ ok: false, reason: 'offline' }));
  readonly membership = passingOnMembership(async () => ({ ok: false, reason: 'offline' }));
  async setAppearance(): Promise<void> {}
  async createDocument(): Promise<Outcome<RoomId>> {
    return { ok: false, reason: 'storage-full' };
  }
  async openLink(): Promise<Outcome<RoomId>> {
    return { ok: false, reason: 'damaged-link' };
  }
  async links() {
    return NO_LINKS;
  }
  async forget(): Promise<void> {}
  async rescued(): Promise<readonly string[]> {
    return [];
  }
  async discardRescued(): Promise<void> {}
}
