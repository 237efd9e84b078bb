import { readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
for (const { rule, test, name, says = '' } of JSON.parse(readFileSync('/tmp/h/keys/simc.json'))) {
  const pattern = name.replace(/[[\]().]/g, '\\$&');
  const r = spawnSync('timeout', ['120', 'npx', 'vitest', 'run', '--project', 'simulation', test, '-t', pattern], { env: { ...process.env, SEALROOM_TAKE_AWAY: rule, NO_COLOR: '1', TMPDIR: '/dev/shm' }, encoding: 'utf8' });
  const out = r.stdout + r.stderr;
  const red = r.status !== 0 && /Tests\s+\d+ failed/.test(out) && !/not once/.test(out) && out.includes(says);
  console.log(red ? 'red ' : 'STILL GREEN', rule);
}
