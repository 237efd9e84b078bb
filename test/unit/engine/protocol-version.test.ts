import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROTOCOL_VERSION } from '../../../src/wire/limits.ts';
import type { Reason } from '../../../src/wire/refusals.ts';
import { LocalRelay } from '../../support/local-relay.ts';
import { startEngine, until } from '../../support/node-engine.ts';
import { passOn, TamperingRelay } from '../../support/tampering-relay.ts';

let local: LocalRelay;
let relay: TamperingRelay;

beforeEach(async () => {
  local = new LocalRelay();
  await local.start();
  relay = new TamperingRelay(local.url);
});
afterEach(() => local.stop());

it.each([PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1])(
  '[EN5] says so when the relay speaks version %i',
  async (version) => {
    const ended: Reason[] = [];
    relay.tamper = (frame) => {
      if (frame.type === 'ended') ended.push(frame.reason);
      return frame.type === 'challenge' ? [{ ...frame, version }] : [frame];
    };
    const { engine } = await startEngine(relay);
    await until(() => engine.state().problem?.type === 'protocol', 'the problem');
    expect(engine.state().connection).not.toBe('online');
    // It heard of it from the challenge: no hello was said that the relay would have had to answer.
    expect(ended).toEqual([]);
    relay.tamper = passOn;
    await until(() => engine.state().connection === 'online', 'online again');
    expect(engine.state().problem).toBeNull();
    await engine.close();
  },
);

it('[EN5] says so when the relay tells it', async () => {
  relay.tamper = (frame) => [frame.type === 'challenge' ? { type: 'ended', reason: 'unknown-version' } : frame];
  const { engine } = await startEngine(relay);
  await until(() => engine.state().problem?.type === 'protocol', 'the problem');
  await engine.close();
});
