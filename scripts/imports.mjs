// Checks which part of the project names which. The rules are those of docs/architecture.md; they are a table here so that
// a change of direction is a change of one line that a reviewer sees.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { parseSync } from 'vite';
import { isEntry, ROOT } from './command.mjs';

/**
 * A layer is the first whose pattern fits the path. `may` lists the layers it imports besides itself; `types` those from
 * which it may only `import type`; `packages` says which npm packages it may name (default: any that the project
 * declares); `builtins` whether it may name Node's own modules.
 *
 * @type {{ name: string, files: RegExp, may: string[], types?: string[], packages?: (name: string) => boolean,
 *   builtins?: boolean, root?: boolean }[]}
 */
const LAYERS = [
  { name: 'app root', files: /^src\/main\.tsx$/, may: ['ui', 'platform/browser', 'engine', 'wire'], root: true },
  { name: 'service worker', files: /^src\/sw\.ts$/, may: ['platform/browser', 'engine', 'wire'], root: true },
  {
    name: 'engine worker',
    files: /^src\/platform\/browser\/[^/]+\.worker\.ts$/,
    may: ['platform/browser', 'engine', 'wire'],
    root: true,
  },
  // Schemas of what goes over HTTP need a library; the rest of the wire format does without.
  {
    name: 'wire/http',
    files: /^src\/wire\/http\//,
    may: ['wire'],
    packages: (name) => name === 'valibot',
  },
  { name: 'wire', files: /^src\/wire\//, may: [], packages: (name) => name === 'lib0' },
  { name: 'engine', files: /^src\/engine\//, may: ['wire', 'wire/http'], packages: (name) => !isHostPackage(name) },
  {
    name: 'ui',
    files: /^src\/ui\//,
    may: ['wire', 'wire/http'],
    types: ['engine'],
    packages: (name) => !isServerPackage(name),
  },
  { name: 'platform/node', files: /^src\/platform\/node\//, may: ['engine', 'wire'], builtins: true },
  {
    name: 'platform/browser',
    files: /^src\/platform\//,
    may: ['engine', 'wire'],
    packages: (name) => !isUiPackage(name) && !isServerPackage(name),
  },
  {
    name: 'server root',
    files: /^sync-server\/main\.ts$/,
    may: ['server', 'wire', 'wire/http'],
    packages: (name) => !isUiPackage(name),
    builtins: true,
    root: true,
  },
  {
    name: 'server',
    files: /^sync-server\//,
    may: ['wire', 'wire/http'],
    packages: (name) => !isUiPackage(name),
    builtins: true,
  },
  // Anything else under src is in no layer, and so may be neither imported nor import anything.
  { name: 'src outside any layer', files: /^src\//, may: [], packages: () => false },
];

const SOURCE_FOLDERS = ['src', 'sync-server', 'test', 'scripts'];
const NAMELESS = /(^|[/._-])(utils?|helpers?|common|misc)([/._-]|$)/i;

/** @param {string} name */
const isUiPackage = (name) => /^(solid-js|lexical|lucide-solid)$|^@(solidjs|lexical|kobalte)\//.test(name);
/** @param {string} name */
const isServerPackage = (name) =>
  /^(express|helmet|level|classic-level|memory-level|ws|pino|prom-client|sodium-native)$/.test(name);
/** @param {string} name */
const isHostPackage = (name) => isUiPackage(name) || isServerPackage(name) || /^(comlink|workbox-.*)$/.test(name);

/** @typedef {{ specifier: string, typeOnly: boolean }} Import */

/** @param {string} folder @returns {string[]} */
function sourcesUnder(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.name === 'node_modules') return []; // packages of a folder's own, such as the benchmark's peers
    if (entry.isDirectory()) return sourcesUnder(path);
    return /\.(ts|tsx|mjs)$/.test(entry.name) ? [path] : [];
  });
}

/**
 * Only a whole `import type` counts as type-only: under verbatimModuleSyntax `import { type A } from 'b'` still loads b.
 *
 * @param {any} node @param {Import[]} found
 */
function collectImports(node, found) {
  if (Array.isArray(node)) {
    for (const child of node) collectImports(child, found);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  const isImport = /^(Import|ExportNamed|ExportAll)Declaration$|^(ImportExpression|TSImportType)$/.test(node.type);
  if (isImport && typeof node.source?.value === 'string') {
    const typeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type';
    found.push({ specifier: node.source.value, typeOnly });
  }
  for (const child of Object.values(node)) collectImports(child, found);
}

/** @param {string} specifier */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** @param {string} path */
const layerOf = (path) => LAYERS.find(({ files }) => files.test(path));

/** @param {string} file @param {Import} imported @param {Set<string>} declared @returns {string | undefined} */
function refusePackage(file, { specifier, typeOnly }, declared) {
  const layer = layerOf(file);
  if (layer === undefined) return undefined;
  if (isBuiltin(specifier)) return layer.builtins ? undefined : `${layer.name} must not know Node`;
  const name = packageOf(specifier);
  if (layer.packages && !layer.packages(name)) return `${layer.name} must not know this package`;
  // Types may come from a development dependency: they are gone at run time.
  return typeOnly || declared.has(name) ? undefined : `${name} is not among the dependencies in package.json`;
}

/** @param {string} file @param {string} target @param {Import} imported @returns {string | undefined} */
function refuseFile(file, target, { specifier, typeOnly }) {
  if (!existsSync(join(ROOT, target))) return 'there is no such file (relative imports carry their extension)';
  const from = layerOf(file);
  if (from === undefined) return undefined;
  const to = layerOf(target);
  if (to === undefined) return 'product code must not know tests or scripts';
  // A worker is loaded by its address, which is not an import of its code.
  if (to.root)
    return /\?(worker|sharedworker|url)\b/.test(specifier) ? undefined : 'nothing imports a composition root';
  if (to === from || from.may.includes(to.name)) return undefined;
  if (!from.types?.includes(to.name)) return `${from.name} must not know ${to.name}`;
  return typeOnly ? undefined : `${from.name} may only "import type" from ${to.name}`;
}

/** @param {Map<string, string[]>} graph @returns {string[][]} one cycle for each edge that closes one */
function cyclesIn(graph) {
  /** @type {string[][]} */
  const cycles = [];
  const done = new Set();
  /** @param {string} file @param {string[]} path */
  const visit = (file, path) => {
    const start = path.indexOf(file);
    if (start >= 0) cycles.push([...path.slice(start), file]);
    if (start >= 0 || done.has(file)) return;
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return cycles;
}

/** @returns {{ code: number, output: string }} */
export function checkImports() {
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const declared = new Set(Object.keys(dependencies));
  /** @type {string[]} */
  const problems = [];
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  let count = 0;

  for (const file of SOURCE_FOLDERS.flatMap(sourcesUnder)) {
    if (NAMELESS.test(file)) problems.push(`${file}: a file is named after its concept`);
    const { program, errors } = parseSync(file, readFileSync(join(ROOT, file), 'utf8'));
    if (errors.length > 0) problems.push(`${file}: cannot be read: ${errors[0]?.message}`);
    /** @type {Import[]} */
    const imports = [];
    collectImports(program, imports);
    count += imports.length;
    /** @type {string[]} */
    const edges = [];
    for (const imported of imports) {
      const { specifier } = imported;
      // A module that the bundler makes up.
      if (specifier.startsWith('virtual:')) continue;
      const isFile = /^\.{0,2}\//.test(specifier);
      const target = posix.join(posix.dirname(file), specifier.replace(/\?.*$/, ''));
      const reason = isFile ? refuseFile(file, target, imported) : refusePackage(file, imported, declared);
      if (reason !== undefined) problems.push(`${file} -> ${specifier}: ${reason}`);
      if (isFile) edges.push(target);
    }
    graph.set(file, edges);
  }
  for (const cycle of cyclesIn(graph)) problems.push(`cycle: ${cycle.join(' -> ')}`);

  const summary = `${graph.size} files, ${count} imports, ${problems.length} against the rules`;
  return { code: problems.length === 0 ? 0 : 1, output: `${[...problems, summary].join('\n')}\n` };
}

if (isEntry(import.meta)) {
  const { code, output } = checkImports();
  process.stdout.write(output);
  process.exitCode = code;
}
