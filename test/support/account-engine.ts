/** Engines that reach a whole server, service and relay, as browsers do: each keeps its own cookies. */

import type { AccountOutcome } from '../../src/engine/accounts/api.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import type { BoxStore, EnginePorts, KeyStretching } from '../../src/engine/ports.ts';
import { nodeClock } from '../../src/platform/node/clock.ts';
import { MemoryBoxStore } from '../../src/platform/node/memory-box-store.ts';
import { nodeRandom } from '../../src/platform/node/random.ts';
import { connectServer } from '../../src/platform/node/server-connection.ts';

/** As little as Argon2id goes: the browser tests have the product's. */
const CHEAP: KeyStretching = { 'argon2id-custom': { memory: 8, iterations: 1, parallelism: 1 } };

export type AccountEngine = { readonly engine: Engine; readonly boxes: BoxStore };

/** `connection`: that of an engine before, whose cookies go on. */
export async function startAccountEngine(
  origin: string,
  boxes: BoxStore = new MemoryBoxStore(),
  overrides: Partial<EnginePorts> = {},
): Promise<AccountEngine> {
  const engine = await createEngine({
    clock: nodeClock,
    random: nodeRandom,
    ...connectServer(origin),
    boxes,
    log: () => undefined,
    deviceName: 'Test on Node',
    keyStretching: CHEAP,
    ...overrides,
  });
  return { engine, boxes };
}

/** @throws Error when it was refused */
export function value<T>(outcome: AccountOutcome<T>): T {
  if (!outcome.ok) throw new Error(`refused: ${outcome.reason}`);
  return outcome.value;
}

/** Signs up, as a person who writes the code down. Returns the recovery code. */
export async function signUp(engine: Engine, name: string, password: string, takeDocuments = true): Promise<string> {
  const { ticket, code } = value(await engine.accounts.beginSignUp(name, password));
  value(await engine.accounts.finishSignUp(ticket, takeDocuments));
  return code;
}
