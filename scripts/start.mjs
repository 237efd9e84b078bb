// `npm start`: builds what is stale, then becomes the server. Arguments go to the server: `npm start -- --help`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildStale } from './build.mjs';
import { ROOT } from './command.mjs';

const args = process.argv.slice(2);

const { code, output } = await buildStale(args.includes('--help') ? ['server'] : ['app', 'server']);
process.stderr.write(output);
if (code !== 0) process.exit(code);

// The server runs in this very process, so that Ctrl-C and a supervisor's signals reach it directly and once.
const main = join(ROOT, 'dist/server/sync-server/main.js');
process.argv = [process.execPath, main, ...args];
await import(pathToFileURL(main).href);
