import { describe, expect, it } from 'vitest';
import type { RoomState } from '../../../src/engine/api.ts';
import { documentsHere } from '../../../src/ui/accounts/own-documents.ts';
import { sectionFrom } from '../../../src/ui/accounts/settings/sections.ts';
import { describeUnsent } from '../../../src/ui/accounts/unsent.ts';
import { describeLosses } from '../../../src/ui/documents/losses.ts';
import { sortByFolder } from '../../../src/ui/home/by-folder.ts';
import { FakeEngine } from '../../support/ui/fake-engine.ts';

const engine = new FakeEngine();
for (const [room, change] of Object.entries({
  a: { title: 'In work', folder: 'w', kept: 'account' },
  b: { title: 'Orphan', folder: 'gone', kept: 'account', saved: { at: 'device', waiting: 2 } },
  c: { title: '', kept: 'device', saved: { at: 'device', waiting: 1 } },
  d: { title: 'Sent', kept: 'account', saved: { at: 'device', waiting: 0 } },
} satisfies Record<string, Partial<RoomState>>)) {
  engine.setRoom(room, change);
}
const { rooms } = engine.state;
const titles = (list: readonly RoomState[]): readonly string[] => list.map(({ title }) => title);

describe('the documents of an account', () => {
  const sorted = sortByFolder(rooms, [
    { id: 'w', name: 'Work' },
    { id: 'e', name: 'Empty' },
  ]);
  it('are shown in their folders, empty ones too', () => {
    expect(sorted.folders.map(({ folder, rooms: inside }) => [folder.name, titles(inside)])).toEqual([
      ['Work', ['In work']],
      ['Empty', []],
    ]);
  });
  it('are outside when their folder is not there', () => {
    expect(titles(sorted.outside)).toEqual(['Sent', '', 'Orphan']);
  });
  it('are counted apart from those of this device alone', () => {
    expect(documentsHere({ rooms })).toBe(1);
  });
});

describe('what signing out would lose', () => {
  it('are changes of the account’s documents that were not sent', () => {
    expect(describeUnsent(rooms)).toEqual(['“Orphan”: 2 changes']);
  });
  it('counts no number that is not known', () => {
    expect(describeUnsent([{ title: '', kept: 'account', saved: { at: 'memory' } }])).toEqual(['“Untitled”']);
  });
});

describe('removing a document', () => {
  it('says of an owner’s document of the account that its ownership is not tied to the device', () => {
    const room = { saved: { at: 'relay' }, role: 'owner', rescued: false, earlierParts: 0 } as const;
    expect(describeLosses({ ...room, kept: 'device' })[0]).toContain('this device');
    expect(describeLosses({ ...room, kept: 'account' })[0]).not.toContain('device');
  });
});

describe('the addresses of the account', () => {
  it('are those of its sections', () => {
    expect(sectionFrom(undefined, undefined)).toBe('profile');
    expect(sectionFrom('devices', undefined)).toBe('devices');
    expect(sectionFrom('people', 'ada')).toBe('people');
    expect(sectionFrom('devices', 'ada')).toBeUndefined();
    expect(sectionFrom('nowhere', undefined)).toBeUndefined();
  });
});
