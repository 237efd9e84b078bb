import { describe, expect, it } from 'vitest';
import { createCommand } from '../../../src/ui/accounts/command.ts';

const done = { ok: true, value: 'x' } as const;

describe('a command about an account', () => {
  it('hands on what came back', async () => {
    const command = createCommand();
    expect(await command.run(async () => done)).toEqual({ value: 'x' });
    expect(command.failure()).toBeUndefined();
  });

  it('keeps why it failed, until it works or is cleared', async () => {
    const command = createCommand();
    expect(await command.run(async () => ({ ok: false, reason: 'offline' }) as const)).toBeUndefined();
    expect(command.sentence()).toContain('cannot be reached');
    await command.run(async () => done);
    expect(command.sentence()).toBeUndefined();
    await command.run(async () => ({ ok: false, reason: 'busy' }) as const);
    command.clear();
    expect(command.failure()).toBeUndefined();
  });

  it('runs one at a time', async () => {
    const command = createCommand();
    let finish: () => void = () => undefined;
    const first = command.run(() => new Promise<typeof done>((resolve) => (finish = () => resolve(done))));
    expect(command.busy()).toBe(true);
    expect(await command.run(async () => done)).toBeUndefined();
    finish();
    expect(await first).toEqual({ value: 'x' });
    expect(command.busy()).toBe(false);
  });

  it('is not busy for good when the engine is gone', async () => {
    const command = createCommand();
    await expect(command.run(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(command.busy()).toBe(false);
  });
});
