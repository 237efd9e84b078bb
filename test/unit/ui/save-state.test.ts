import { describe, expect, it } from 'vitest';
import type { Connection, Saved } from '../../../src/engine/api.ts';
import { describeSaved, isCalmer, isOfflineAside } from '../../../src/ui/documents/save-state.ts';

const CONNECTIONS: readonly Connection[] = ['connecting', 'online', 'offline'];
const say = (saved: Saved, connection: Connection) => describeSaved(saved, connection).text;

describe('what is said about saving', () => {
  it.each(CONNECTIONS)('says "Saved" only for what the relay has (%s)', (connection) => {
    expect(say({ at: 'relay' }, connection)).toBe('Saved');
    expect(say({ at: 'device', waiting: 0 }, connection)).toBe('Saved on this device');
    expect(say({ at: 'memory' }, connection)).toBe('Saving…');
    expect(say({ at: 'nowhere', fault: 'full' }, connection)).toBe('Not saved: the storage of this device is full');
    expect(say({ at: 'refused', reason: 'wrong-role' }, connection)).toBe(
      'Refused: you may no longer edit this document',
    );
  });

  it('counts what waits while there is no connection', () => {
    expect(say({ at: 'device', waiting: 12 }, 'offline')).toBe('Offline: 12 changes waiting');
    expect(say({ at: 'device', waiting: 1 }, 'offline')).toBe('Offline: 1 change waiting');
    expect(say({ at: 'device', waiting: 12 }, 'online')).toBe('Saved on this device');
    expect(say({ at: 'device', waiting: 12 }, 'connecting')).toBe('Saved on this device');
  });

  it('says "Offline" once, however it stands', () => {
    expect(isOfflineAside({ at: 'relay' }, 'offline')).toBe(true);
    expect(isOfflineAside({ at: 'device', waiting: 0 }, 'offline')).toBe(true);
    expect(isOfflineAside({ at: 'device', waiting: 3 }, 'offline')).toBe(false);
    expect(isOfflineAside({ at: 'relay' }, 'online')).toBe(false);
  });

  it('lets good news wait, and bad news never', () => {
    const saved = describeSaved({ at: 'relay' }, 'online');
    const saving = describeSaved({ at: 'memory' }, 'online');
    const refused = describeSaved({ at: 'refused', reason: 'too-large' }, 'online');
    expect(isCalmer(saving, saved)).toBe(true);
    expect(isCalmer(saved, saving)).toBe(false);
    expect(isCalmer(saving, refused)).toBe(false);
  });
});
