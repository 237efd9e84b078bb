import { describe, expect, it } from 'vitest';
import { createLogger, scrub } from '../../../sync-server/logging.ts';

const ID = 'q83vASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4k';

function logged(write: (log: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  write(createLogger('debug', { write: (line) => void lines.push(line) }));
  return lines.join('');
}

describe('the log', () => {
  it('is one JSON object a line, with level, time and message', () => {
    const line = logged((log) => log.info({ status: 200 }, 'answered'));
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      status: 200,
      msg: 'answered',
    });
    expect(line.endsWith('}\n')).toBe(true);
  });

  it('takes out identifiers wherever they stand', () => {
    const line = logged((log) => log.warn({ detail: `room ${ID}`, list: [ID] }, `lost ${ID}`));
    expect(line).not.toContain(ID);
    expect(line).toContain('lost [id]');
  });

  it('takes out addresses of machines and of people', () => {
    for (const address of ['192.168.1.20', '::1', '::ffff:10.0.0.1', 'fe80::1ff:fe23:4567:890a', 'ada@example.org']) {
      const line = logged((log) => log.info({ peer: address }, `from ${address}`));
      expect(line).not.toContain(address);
      expect(() => JSON.parse(line)).not.toThrow();
    }
  });

  it('takes out what stands behind # in a link', () => {
    expect(scrub('GET /d/x#AQEabcdefgh')).toBe('GET /d/x#[redacted]');
  });

  it('takes out fields that hold content, whatever they hold', () => {
    const line = logged((log) => {
      log.info({ room: 'r', name: 'Ada', title: 'Plans', url: '/d/r', headers: { cookie: 'c=1' }, body: 'text' }, 'm');
      log.info({ client: { name: 'Ada', ip: 'here' } }, 'm');
    });
    for (const secret of ['Ada', 'Plans', '/d/r', 'c=1', 'text', 'here']) expect(line).not.toContain(secret);
  });

  it('keeps of an error what helps to mend it, and nothing that a library hung on it', () => {
    const cause = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    const error = Object.assign(new Error('batch failed', { cause }), { request: { url: '/d/secret' } });
    const line = logged((log) => log.error({ err: error }, 'failed'));
    expect(JSON.parse(line).err).toMatchObject({
      type: 'Error',
      message: 'batch failed',
      stack: expect.stringContaining('logging.test'),
      cause: { code: 'ENOSPC', message: 'no space' },
    });
    expect(line).not.toContain('secret');
  });

  it('leaves times and numbers alone', () => {
    const line = '{"time":"2026-01-02T03:04:05.678Z","status":200,"ms":1.5}';
    expect(scrub(line)).toBe(line);
  });
});
