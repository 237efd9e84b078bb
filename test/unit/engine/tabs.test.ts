import { beforeAll, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { makeIdentity } from '../../../src/engine/epochs/identity.ts';
import type { FramePort } from '../../../src/engine/ports.ts';
import { Presence } from '../../../src/engine/rooms/presence.ts';
import { Tabs } from '../../../src/engine/rooms/tabs.ts';
import { sodiumReady } from '../../../src/engine/seal/sodium.ts';
import { nodeRandom } from '../../../src/platform/node/random.ts';
import { roomId } from '../../../src/wire/ids.ts';
import { CONTENT } from '../../../src/wire/record.ts';
import { ManualClock } from '../../support/manual-clock.ts';

beforeAll(sodiumReady);

function makeTabs() {
  let changes = 0;
  const presence = new Presence({ clock: new ManualClock(), send: () => undefined, tell: () => undefined });
  const tabs = new Tabs(
    {
      room: roomId(nodeRandom.bytes(32)),
      device: makeIdentity(nodeRandom, 0).device,
      random: nodeRandom,
      stream: () => CONTENT,
      presence: () => presence,
      mayWrite: () => true,
      onBroken: () => undefined,
      onChange: () => void changes++,
    },
    [],
  );
  const open = () => {
    const port: FramePort = { post: () => undefined, onFrame: null };
    return { port, ...tabs.attach(port, new Y.Doc()) };
  };
  return { tabs, open, changes: () => changes };
}

describe('the tabs of a room', () => {
  it('show it until the last one leaves', () => {
    const { tabs, open } = makeTabs();
    const [one, two] = [open(), open()];
    one.detach();
    expect(tabs.isEmpty).toBe(false);
    two.detach();
    expect(tabs.isEmpty).toBe(true);
  });

  it('that were sent away are not heard any more, and count until they have left', () => {
    const { tabs, open, changes } = makeTabs();
    const tab = open();
    tabs.sendAway();
    expect(tab.port.onFrame).toBeNull();
    expect(tabs.isEmpty).toBe(false);
    const before = changes();
    tab.detach();
    tab.detach();
    expect(tabs.isEmpty).toBe(true);
    expect(changes()).toBe(before + 1);
  });

  it('that came back before they left are heard', () => {
    const { tabs, open } = makeTabs();
    const before = open();
    tabs.sendAway();
    const after = open();
    before.detach();
    expect(after.port.onFrame).not.toBeNull();
    expect(tabs.isEmpty).toBe(false);
  });

  it('of a closed room change nothing when they leave', () => {
    const { tabs, open, changes } = makeTabs();
    const tab = open();
    tabs.end();
    expect(tab.port.onFrame).toBeNull();
    const before = changes();
    tab.detach();
    expect(changes()).toBe(before);
  });
});
