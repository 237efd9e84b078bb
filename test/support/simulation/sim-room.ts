/** A room of a run: its id and links, and what honest devices may notice in it. */
import type { RoomId } from '../../../src/wire/ids.ts';
import type { HostileMember } from './hostile/hostile-member.ts';

export type Role = 'owner' | 'editor' | 'viewer';

export type Links = { readonly edit: string; readonly view: string };

export class SimRoom {
  readonly id: RoomId;
  readonly name: string;
  readonly links: Links;
  readonly hostile: HostileMember[] = [];
  /** Somebody signalled a head that is not in the log. */
  saysForked = false;

  constructor(id: RoomId, name: string, links: Links) {
    this.id = id;
    this.name = name;
    this.links = links;
  }

  /** What stands behind the `#` of the link that gives this role. */
  fragmentFor(role: Role): string {
    return (role === 'viewer' ? this.links.view : this.links.edit).split('#')[1] ?? '';
  }
}
