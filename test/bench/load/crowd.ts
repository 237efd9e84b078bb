/** The rooms of one client process, their members, and what they write. */
import { makeIdentity } from '../../../src/engine/epochs/identity.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import type { Author, Member, MemberEvents } from './member.ts';
import type { Answers, Count, Orders } from './orders.ts';
import { RelayMember } from './relay-member.ts';
import { RelayRoom } from './relay-room.ts';
import { Samples } from './samples.ts';
import { YjsMember, type YjsRoom } from './yjs-member.ts';

const JOINS_AT_ONCE = 32;
const DRAIN_WITHIN_MS = 10_000;

type Writer = { readonly member: Member & { readonly author: Author }; readonly readers: number };
type Pace =
  | { readonly type: 'rest' }
  | { readonly type: 'full'; readonly inFlight: number }
  | { readonly type: 'fixed' };

export class Crowd {
  readonly #members: (Member & { readonly author: Author })[] = [];
  readonly #writers: Writer[] = [];
  /** One member of each room that notes when the others' edits arrive. */
  readonly #probes = new Set<Member>();
  readonly #latencies = new Samples();
  #timers: NodeJS.Timeout[] = [];
  #pace: Pace = { type: 'rest' };
  #taken = 0;
  #deliveries = 0;

  async join(order: Orders['join']): Promise<void> {
    await sodiumReady();
    const rooms = Array.from({ length: order.rooms }, (_, index) => this.#makeRoom(order, index));
    await inTurns(
      rooms.map(
        ([first]) =>
          () =>
            first?.join() ?? Promise.resolve(),
      ),
    );
    await inTurns(rooms.flatMap((members) => members.slice(1).map((member) => () => member.join())));
  }

  #makeRoom(order: Orders['join'], index: number): Member[] {
    const { url, peer, members, writers } = order;
    const relayRoom = peer === 'sealroom' ? new RelayRoom(makeIdentity(nodeRandom, Date.now())) : null;
    const yjsRoom: YjsRoom = { name: `${order.prefix}-${index}`, authors: new Map() };
    return Array.from({ length: members }, (_, number) => {
      const writes = number < writers;
      const isProbe = number === members - 1;
      const events: MemberEvents = {
        onTaken: (edits) => this.#onTaken(writer, edits),
        onRefused: (reason) => {
          throw new Error(`refused: ${reason}`);
        },
        onArrived: (author, upTo) => this.#onArrived(author, upTo),
      };
      const member =
        relayRoom || peer === 'sealroom'
          ? new RelayMember(url, relayRoom as RelayRoom, { owns: number === 0, writes, isProbe }, events)
          : new YjsMember(url, peer, yjsRoom, isProbe, events);
      const writer: Writer = { member, readers: members - 1 };
      this.#members.push(member);
      if (isProbe) this.#probes.add(member);
      if (writes) this.#writers.push(writer);
      return member;
    });
  }

  write(order: Orders['write']): void {
    if ('perSecond' in order) return this.#writeAt(1_000 / order.perSecond);
    this.#pace = { type: 'full', inFlight: order.inFlight };
    for (const { member } of this.#writers) {
      if (member instanceof RelayMember) member.mode = order.mode;
      while (member.inFlight < order.inFlight) member.write();
    }
  }

  /** Each writer at a moment of its own, else all of them would write in the same turn. */
  #writeAt(everyMs: number): void {
    this.#pace = { type: 'fixed' };
    for (const { member } of this.#writers) {
      if (member instanceof RelayMember) member.mode = 'merged';
      const begin = setTimeout(() => {
        member.write();
        this.#timers.push(setInterval(() => member.write(), everyMs));
      }, Math.random() * everyMs);
      this.#timers.push(begin);
    }
  }

  mark(): Count {
    this.#latencies.clear();
    return this.#count();
  }

  #count(): Count {
    const total = { taken: this.#taken, deliveries: this.#deliveries, messages: 0, edits: 0 };
    for (const { sent, sentEdits } of this.#members) {
      total.messages += sent;
      total.edits += sentEdits;
    }
    return total;
  }

  async stop(): Promise<Answers['stop']> {
    const count = this.#count();
    this.#pace = { type: 'rest' };
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    const latencies = this.#latencies.told();
    const end = performance.now() + DRAIN_WITHIN_MS;
    while (this.#missing() > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    return { count, latencies, missing: this.#missing() };
  }

  /** Edits that a room's probe, unless it made them itself, has not seen. */
  #missing(): number {
    const others = this.#writers.filter(({ member }) => !this.#probes.has(member));
    return others.reduce((sum, { member: { author } }) => sum + author.madeAt.length - author.arrived, 0);
  }

  leave(): void {
    for (const member of this.#members.splice(0)) member.close();
    this.#writers.length = 0;
    this.#probes.clear();
  }

  #onTaken({ member, readers }: Writer, edits: number): void {
    this.#taken += edits;
    this.#deliveries += edits * readers;
    const pace = this.#pace;
    if (pace.type === 'full') while (member.inFlight < pace.inFlight) member.write();
  }

  #onArrived(author: Author, upTo: number): void {
    const now = performance.now();
    for (; author.arrived <= upTo; author.arrived++) this.#latencies.add(now - (author.madeAt[author.arrived] ?? now));
  }
}

/** A bounded number at a time. */
export async function inTurns(tasks: readonly (() => Promise<void>)[]): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let task = tasks[next++]; task; task = tasks[next++]) await task();
  };
  await Promise.all(Array.from({ length: JOINS_AT_ONCE }, work));
}
