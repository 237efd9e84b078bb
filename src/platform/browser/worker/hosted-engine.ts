import type { AccountCommands } from '../../../engine/accounts/api.ts';
import type { Attachment, EngineCommands, EngineState, Outcome } from '../../../engine/api.ts';
import type { MembershipCommands } from '../../../engine/membership/api.ts';
import type { FramePort } from '../../../engine/ports.ts';
import type { RoomId } from '../../../wire/ids.ts';

/** The engine as the host uses it: `createEngine` makes one. */
export interface HostedEngine extends EngineCommands {
  readonly accounts: AccountCommands;
  readonly membership: MembershipCommands;
  state(): EngineState;
  onState(listener: () => void): () => void;
  attach(room: RoomId, port: FramePort): Promise<Outcome<Attachment & { detach(): void }>>;
  /** The network may be back: try at once. */
  nudge(): void;
  close(): Promise<void>;
}
