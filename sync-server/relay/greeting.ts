/** [FR1], [FR2] The device proves its key over the relay's challenge and the host that it meant to reach. */
import { type ClientFrame, helloSignedBytes } from '../../src/wire/client-frames.ts';
import { idBytes } from '../../src/wire/ids.ts';
import { PROTOCOL_VERSION } from '../../src/wire/limits.ts';
import { accept, refuse, type Verdict } from '../../src/wire/refusals.ts';
import { encodeRelayFrame } from '../../src/wire/relay-frames.ts';
import type { Verifier } from './verifier.ts';

type Hello = ClientFrame & { readonly type: 'hello' };

export const challengeFrame = (challenge: Uint8Array): Uint8Array =>
  encodeRelayFrame({ type: 'challenge', version: PROTOCOL_VERSION, challenge });

export const WELCOME: Uint8Array = encodeRelayFrame({ type: 'welcome' });

/** `host` as the client addressed it. */
export async function judgeHello(
  verifier: Verifier,
  challenge: Uint8Array,
  host: string,
  hello: Hello,
): Promise<Verdict<Hello>> {
  const message = helloSignedBytes(challenge, host);
  const holds = await verifier.verify([{ key: idBytes(hello.device), message, signature: hello.signature }]);
  return holds ? accept(hello) : refuse('bad-signature', 'hello');
}
