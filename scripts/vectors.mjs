// `npm run vectors`: writes the test vectors anew. The same bytes every time; see test/vectors/README.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import { ROOT } from './command.mjs';

const FOLDER = join(ROOT, 'test/vectors/data');
const LINE_WIDTH = 120;

/** As Biome lays JSON out: a list of plain values is one line where it fits. @param {object} content */
function print(content) {
  const lists = /^( *(?:"[^"\n]*": )?)\[\n((?: *[^[\]{}\n]+\n)+) *\](,?)$/gm;
  return JSON.stringify(content, null, 2).replace(lists, (whole, start, items, end) => {
    const line = `${start}[${items.trim().split(/\n */).join(' ')}]${end}`;
    return line.length <= LINE_WIDTH ? line : whole;
  });
}

/** @type {{ module: { vectorFiles: Record<string, object> } }} */
const { module } = await runnerImport(join(ROOT, 'test/vectors/generator/main.ts'), { configFile: false, root: ROOT });
for (const [name, content] of Object.entries(module.vectorFiles))
  writeFileSync(join(FOLDER, `${name}.json`), `${print(content)}\n`);
console.log(`${Object.keys(module.vectorFiles).length} files in ${FOLDER}`);
