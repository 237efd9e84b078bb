import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { helpText, readArguments, readConfig, StartRefused } from '../../../sync-server/config.ts';

const refusal = (environment: Record<string, string>): string => {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof StartRefused) return error.message;
    throw error;
  }
  return 'accepted';
};

describe('settings', () => {
  it('have defaults, also for variables that are set to nothing', () => {
    const defaults = readConfig({});
    expect(defaults).toMatchObject({
      port: 8080,
      host: '127.0.0.1',
      dataFolder: './data',
      publicUrl: undefined,
      logLevel: 'info',
      metrics: true,
      maxSockets: 50_000,
      totalBacklogBytes: 512 * 1024 * 1024,
      sessionMs: 24 * 60 * 60 * 1000,
      signUpsPerAddress: 30,
      lookupsPerAccount: 60,
      invitationsPerAccount: 30,
      trustedProxies: 0,
    });
    expect(readConfig({ PORT: '', HOST: ' ', PUBLIC_URL: '' })).toEqual(defaults);
  });

  it('are read from the environment', () => {
    const environment = {
      PORT: '0',
      HOST: '::1',
      DATA_DIR: '/srv/sealroom',
      PUBLIC_URL: 'https://write.example.org/',
      LOG_LEVEL: 'error',
      METRICS: 'off',
      MAX_SOCKETS: '10',
      MAX_BACKLOG_MIB: '16',
      VERIFIER_THREADS: '2',
      SESSION_HOURS: '8',
      SIGN_UPS_PER_ADDRESS: '5',
      LOOKUPS_PER_ACCOUNT: '7',
      INVITATIONS_PER_ACCOUNT: '6',
      TRUST_PROXY: '1',
    };
    expect(readConfig(environment)).toEqual({
      port: 0,
      host: '::1',
      dataFolder: '/srv/sealroom',
      publicUrl: 'https://write.example.org',
      logLevel: 'error',
      metrics: false,
      maxSockets: 10,
      totalBacklogBytes: 16 * 1024 * 1024,
      verifierThreads: 2,
      sessionMs: 8 * 60 * 60 * 1000,
      signUpsPerAddress: 5,
      lookupsPerAccount: 7,
      invitationsPerAccount: 6,
      trustedProxies: 1,
    });
  });

  it('are refused in a plain sentence', () => {
    expect(refusal({ PORT: 'http' })).toBe('PORT must be a whole number from 0 to 65535, but is "http".');
    expect(refusal({ PORT: '65536' })).toContain('PORT must be');
    expect(refusal({ PORT: '-1' })).toContain('PORT must be');
    expect(refusal({ HOST: 'a b' })).toContain('HOST must be');
    expect(refusal({ PUBLIC_URL: 'write.example.org' })).toContain('PUBLIC_URL must be');
    expect(refusal({ PUBLIC_URL: 'https://example.org/path' })).toContain('PUBLIC_URL must be');
    expect(refusal({ PUBLIC_URL: 'ftp://example.org' })).toContain('PUBLIC_URL must be');
    expect(refusal({ LOG_LEVEL: 'loud' })).toContain('LOG_LEVEL must be');
    expect(refusal({ METRICS: 'yes' })).toBe('METRICS must be on or off, but is "yes".');
    expect(refusal({ MAX_SOCKETS: '0' })).toContain('MAX_SOCKETS must be');
    expect(refusal({ SESSION_HOURS: '0' })).toContain('SESSION_HOURS must be');
    expect(refusal({ TRUST_PROXY: 'true' })).toContain('TRUST_PROXY must be');
  });

  it('are all listed by --help', () => {
    const help = helpText();
    const variables = [
      'PORT',
      'HOST',
      'DATA_DIR',
      'PUBLIC_URL',
      'LOG_LEVEL',
      'METRICS',
      'MAX_SOCKETS',
      'SESSION_HOURS',
    ];
    for (const variable of [
      ...variables,
      'SIGN_UPS_PER_ADDRESS',
      'LOOKUPS_PER_ACCOUNT',
      'INVITATIONS_PER_ACCOUNT',
      'TRUST_PROXY',
    ]) {
      expect(help).toMatch(new RegExp(`^ {2}${variable} {2}\\(default: .+\\)$`, 'm'));
    }
    expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});

describe('the settings that docs/operations.md names', () => {
  const rows = readFileSync('docs/operations.md', 'utf8').matchAll(/^\| `([A-Z_]+)`(?:, `[A-Z]+`)? +\| (\S+)/gm);
  it.each([...rows].map(([, variable, fallback]) => ({ variable, fallback: fallback?.replace(/[`,]/g, '') })))(
    'exist, with their defaults: $variable',
    ({ variable, fallback }) => {
      const shown = fallback === 'taken' ? 'none' : fallback;
      expect(helpText()).toContain(`  ${variable}  (default: ${shown})\n`);
    },
  );
});

describe('the command line', () => {
  it('runs the server, or tells about it', () => {
    expect(readArguments([])).toEqual({ action: 'run' });
    expect(readArguments(['--help'])).toEqual({ action: 'help' });
    expect(readArguments(['--version'])).toEqual({ action: 'version' });
  });

  it('bans somebody, and takes that back', () => {
    expect(readArguments(['ban', 'ann'])).toEqual({ action: 'ban', name: 'ann' });
    expect(readArguments(['unban', 'ann'])).toEqual({ action: 'unban', name: 'ann' });
  });

  it('refuses what it does not know', () => {
    for (const args of [['--port', '80'], ['ban'], ['ban', 'ann', 'bob'], ['--help', 'ban'], ['remove', 'ann']])
      expect(() => readArguments(args)).toThrow(StartRefused);
  });
});
