import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { expect, test } from '../support/e2e/fixtures.ts';
import { Person } from '../support/e2e/person.ts';
import { found, readAll } from '../support/e2e/plaintext-search.ts';
import { WireTap } from '../support/e2e/wire-tap.ts';

const ADJECTIVES = [
  'velvet',
  'crooked',
  'luminous',
  'hollow',
  'marbled',
  'restless',
  'gilded',
  'frozen',
  'amber',
  'distant',
];
const NOUNS = ['lighthouse', 'orchard', 'telescope', 'staircase', 'cathedral'];
/** 50 phrases that nothing but the person's own text contains. */
const PHRASES = ADJECTIVES.flatMap((adjective) => NOUNS.map((noun) => `the ${adjective} ${noun} of Szczebrzeszyn`));

test('nothing that was typed is on the server’s disk, in its logs, on the wire, or readable in IndexedDB', async ({
  server,
  person,
}, testInfo) => {
  const tap = new WireTap(server.port);
  await tap.start();
  const profile = mkdtempSync(join(tmpdir(), 'sealroom-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    ...testInfo.project.use.launchOptions,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  try {
    const [page = await context.newPage()] = context.pages();
    const a = new Person(context, page);
    await a.newDocument(tap.url);
    await a.title.fill('The gilded title of Szczebrzeszyn');
    await a.text.click();
    for (const phrase of PHRASES) {
      await page.keyboard.insertText(phrase);
      await page.keyboard.press('Enter');
    }
    await a.hasSaved();
    const link = await a.copyLink('edit');
    const roomId = new URL(a.page.url()).pathname.split('/').at(-1) ?? '';
    const fragment = new URL(link).hash.slice(1);
    const b = await person();
    await b.open(link);
    await expect(b.text).toContainText(PHRASES.at(-1) ?? '');
    await b.type('and the last word of Szczebrzeszyn');
    await expect(a.text).toContainText('and the last word of Szczebrzeszyn');
    await a.hasSaved();
    await b.hasSaved();
    await context.close(); // so that the browser has written everything
    await server.stop();

    const secrets = [...PHRASES, 'Szczebrzeszyn', 'gilded title', fragment, fragment.slice(4, 40)];
    const wire = Buffer.concat(tap.seen);
    const disk = readAll(server.dataFolder);
    const log = Buffer.from(server.output);
    const indexedDb = readAll(join(profile, 'Default', 'IndexedDB'));
    // Controls: what must be in each of these places is found there, so a phrase would be too.
    const room = Buffer.from(roomId, 'base64url');
    expect(wire.includes(room)).toBe(true);
    expect(disk.includes(room)).toBe(true);
    expect(found(['Sealroom is running'], log)).toHaveLength(1);
    expect(found([`room-${roomId}`], indexedDb)).toHaveLength(1);
    expect(found(['<div id="app">'], wire)).toHaveLength(1);

    expect(found(secrets, wire)).toEqual([]);
    expect(found(secrets, disk)).toEqual([]);
    expect(found([...secrets, roomId], log)).toEqual([]);
    expect(found(secrets, indexedDb)).toEqual([]);
  } finally {
    tap.stop();
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
});
