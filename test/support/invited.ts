/** A person with an account and the invitations that wait for it. */
import type { Contact } from '../../src/engine/accounts/api.ts';
import { ServiceClient } from '../../src/engine/accounts/service-client.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { Identity } from '../../src/engine/epochs/identity.ts';
import { Invitations, type InvitationTo } from '../../src/engine/membership/invitations.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { hashId, type RoomId, roomId } from '../../src/wire/ids.ts';
import { HostileServer, signUp, startAccountEngine } from './account-engine.ts';
import type { ServiceServer } from './service/service-server.ts';

const PASSWORD = 'a quiet room by the sea';
/** A room of its own for each call, which nobody has made. */
export const someRoom = (): RoomId => roomId(nodeRandom.bytes(32));

/** A signed-in person with an engine, and invitations beside it. Contacts are those of the engine's home. */
export class Invited {
  readonly engine: Engine;
  readonly hostile: HostileServer;
  readonly invitations: Invitations;
  readonly log: string[] = [];
  changes = 0;
  /** In place of the engine's own. */
  identity: Identity | null = null;
  isSignedIn = true;

  private constructor(engine: Engine, hostile: HostileServer) {
    const self = this;
    this.engine = engine;
    this.hostile = hostile;
    const contacts = (): readonly Contact[] => engine.state().account?.contacts ?? [];
    const parts = {
      service: new ServiceClient(hostile.http),
      home: { contact: (name: string) => contacts().find((contact) => contact.name === name) },
      get identity() {
        return self.identity ?? engine.identity;
      },
      get account() {
        return self.isSignedIn ? ({} as never) : null;
      },
      ports: {
        clock: nodeClock,
        log: (event: string, details?: { reason?: string }) => void this.log.push(`${event}: ${details?.reason}`),
      },
    };
    this.invitations = new Invitations(parts, () => void this.changes++);
  }

  static async signUp(server: ServiceServer, name: string): Promise<Invited> {
    const hostile = new HostileServer(server.origin);
    const { engine } = await startAccountEngine(server.origin, undefined, hostile);
    await signUp(engine, name, PASSWORD);
    return new Invited(engine, hostile);
  }

  get principal() {
    return this.engine.identity.principal;
  }
  to(recipient: Invited, changes: Partial<InvitationTo> = {}): InvitationTo {
    const epochHash = hashId(nodeRandom.bytes(32));
    return { room: someRoom(), epochHash, role: 'editor', recipient: recipient.principal, ...changes };
  }
}
