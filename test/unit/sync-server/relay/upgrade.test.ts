import { describe, expect, it } from 'vitest';
import { judgeUpgrade } from '../../../../sync-server/relay/upgrade.ts';

const HOST = { host: 'pad.example:8080' };

describe('upgrade requests', () => {
  it('become sockets under /sync only', () => {
    expect(judgeUpgrade('/sync', HOST, undefined)).toEqual({ ok: true, host: 'pad.example:8080' });
    expect(judgeUpgrade('/sync?x=1', HOST, undefined)).toMatchObject({ ok: true });
    for (const url of ['', '/', '/sync/', '/syncs', '/x?/sync'])
      expect(judgeUpgrade(url, HOST, undefined)).toEqual({ ok: false, status: 404 });
  });

  it.each([
    { origin: 'http://pad.example:8080', ok: true },
    { origin: 'https://pad.example:8080', ok: true },
    { origin: 'http://pad.example', ok: false },
    { origin: 'http://evil.example:8080', ok: false },
    { origin: 'http://pad.example:8080.evil.example', ok: false },
    { origin: 'null', ok: false },
    { origin: '', ok: false },
  ])('from the page $origin: $ok', ({ origin, ok }) => {
    expect(judgeUpgrade('/sync', { ...HOST, origin }, undefined).ok).toBe(ok);
    expect(judgeUpgrade('/sync', { ...HOST, origin, cookie: 'session=1' }, undefined).ok).toBe(ok);
  });

  it('may name no origin only without a cookie', () => {
    expect(judgeUpgrade('/sync', { ...HOST, cookie: 'session=1' }, undefined)).toEqual({ ok: false, status: 403 });
    expect(judgeUpgrade('/sync', HOST, undefined).ok).toBe(true);
  });

  it('need a host', () => {
    expect(judgeUpgrade('/sync', {}, undefined)).toEqual({ ok: false, status: 400 });
  });

  it('are for the public address where it is known, whatever the Host header says', () => {
    expect(judgeUpgrade('/sync', HOST, 'pad.example')).toEqual({ ok: true, host: 'pad.example' });
    expect(judgeUpgrade('/sync', { ...HOST, origin: 'https://pad.example' }, 'pad.example').ok).toBe(true);
    expect(judgeUpgrade('/sync', { ...HOST, origin: 'http://pad.example:8080' }, 'pad.example').ok).toBe(false);
  });
});
