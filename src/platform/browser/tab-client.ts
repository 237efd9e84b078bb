/**
 * What a tab holds of the engine.
 *
 * Invariants:
 * - At most one link to a host is live. When the host dies, a new link is made and what hung on the old one is told.
 * - The tab's lock is held before the host hears of it, so the host never sees a living tab as dead.
 * - Listeners get whole states, in order; a listener that comes late gets the last one at once.
 */
import { transfer } from 'comlink';
import type { AccountCommands } from '../../engine/accounts/api.ts';
import { passingOn } from '../../engine/accounts/commands.ts';
import type { DocumentAttachment, EngineClient, EngineCommands, EngineState, Outcome } from '../../engine/api.ts';
import type { MembershipCommands } from '../../engine/membership/api.ts';
import { passingOnMembership } from '../../engine/membership/commands.ts';
import type { RoomId } from '../../wire/ids.ts';
import { DocumentChannel } from './document-channel.ts';
import type { TabService } from './engine-link.ts';
import { type HostLink, type LinkPorts, openHostLink } from './host-link.ts';

/** A host that cannot even be started is not hammered. */
const RECONNECT_AFTER_MS = 500;

export type ClientPorts = LinkPorts & {
  /** Called once when there is a document worth keeping. */
  readonly askForPersistence: () => void;
};

type Commands = { [Name in keyof EngineCommands]: EngineCommands[Name] };

export class TabEngineClient implements EngineClient {
  readonly accounts: AccountCommands;
  readonly membership: MembershipCommands;
  readonly #ports: ClientPorts;
  readonly #listeners = new Set<(state: EngineState) => void>();
  readonly #channels = new Set<DocumentChannel>();
  #link: Promise<HostLink>;
  #state: EngineState | null = null;
  #isPersistenceAsked = false;
  #onFirstState: () => void = () => {};

  /** Resolves with the first state. @throws when no host can be reached */
  static async connect(ports: ClientPorts): Promise<TabEngineClient> {
    const client = new TabEngineClient(ports);
    const told = new Promise<void>((resolve) => {
      client.#onFirstState = resolve;
    });
    await client.#link;
    await told;
    return client;
  }

  private constructor(ports: ClientPorts) {
    this.#ports = ports;
    this.#link = this.#connect();
    const pass = (name: keyof AccountCommands | keyof MembershipCommands, args: readonly unknown[]) =>
      this.#call((host) => (host[name] as (...given: readonly unknown[]) => Promise<unknown>)(...args));
    this.accounts = passingOn(pass);
    this.membership = passingOnMembership(pass);
  }

  watch(listener: (state: EngineState) => void): () => void {
    this.#listeners.add(listener);
    if (this.#state !== null) listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  async attach(room: RoomId): Promise<Outcome<DocumentAttachment>> {
    const channel: DocumentChannel = new DocumentChannel(
      (port) => this.#call((host) => host.attach(room, transfer(port, [port]))),
      () => this.#channels.delete(channel),
    );
    this.#channels.add(channel);
    try {
      const outcome = await channel.open();
      if (outcome.ok) {
        return { ok: true, value: { ...outcome.value, Socket: channel.socketClass(), detach: () => channel.detach() } };
      }
      channel.detach();
      return outcome;
    } catch (error) {
      channel.detach();
      throw error;
    }
  }

  /** The page is going: says so at once, behind the last frames. */
  detachAll(): void {
    for (const channel of [...this.#channels]) channel.detach();
  }

  setAppearance: Commands['setAppearance'] = (appearance) => this.#call((host) => host.setAppearance(appearance));
  setProfile: Commands['setProfile'] = (profile) => this.#call((host) => host.setProfile(profile));
  createDocument: Commands['createDocument'] = (newcomers) => this.#call((host) => host.createDocument(newcomers));
  openLink: Commands['openLink'] = (room, fragment, password) =>
    this.#call((host) => host.openLink(room, fragment, password));
  links: Commands['links'] = (room) => this.#call((host) => host.links(room));
  forget: Commands['forget'] = (room) => this.#call((host) => host.forget(room));
  rescued: Commands['rescued'] = (room) => this.#call((host) => host.rescued(room));
  discardRescued: Commands['discardRescued'] = (room) => this.#call((host) => host.discardRescued(room));

  /** @throws when the engine has gone, or goes before it answers */
  async #call<T>(command: (host: TabService) => Promise<T>): Promise<T> {
    const { host, gone } = await this.#link;
    const lost = gone.then(() => Promise.reject(new Error('the engine has gone')));
    return Promise.race([command(host), lost]);
  }

  async #connect(): Promise<HostLink> {
    const link = await openHostLink(this.#ports, (state) => this.#receive(state));
    void link.gone.then(() => {
      this.#link = this.#reconnect();
      this.#link.catch(() => {}); // Whoever calls next is told.
      for (const channel of [...this.#channels]) channel.lose();
    });
    return link;
  }

  async #reconnect(): Promise<HostLink> {
    for (;;) {
      try {
        return await this.#connect();
      } catch {
        await new Promise<void>((resolve) => void this.#ports.clock.after(RECONNECT_AFTER_MS, resolve));
      }
    }
  }

  #receive(state: EngineState): void {
    this.#state = state;
    this.#onFirstState();
    if (state.rooms.length > 0 && !this.#isPersistenceAsked) {
      this.#isPersistenceAsked = true;
      this.#ports.askForPersistence();
    }
    for (const listener of [...this.#listeners]) listener(state);
  }
}
