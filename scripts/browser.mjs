// Finds the Chromium that the end-to-end tests drive; run as a script, it also installs one where there is none.
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { binOf, isEntry, run, runNode } from './command.mjs';

/** The first that is there. Without windows Chromium does the same for four fifths of the time. */
const SYSTEM_CHROMIUMS = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'];
/** Not every Debian has the first. */
const PACKAGES = ['chromium-headless-shell', 'chromium'];

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * @returns {string | undefined} undefined: use the one that Playwright keeps itself
 * @throws when CHROMIUM is set to something that cannot be run
 */
export function findBrowser() {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`CHROMIUM names ${chosen}, which cannot be run.`);
    return chosen;
  }
  return SYSTEM_CHROMIUMS.find(isExecutable);
}

function canUseApt() {
  if (process.getuid?.() !== 0 || !existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync('/etc/os-release', 'utf8'));
}

async function installWithApt() {
  const options = { show: true, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  for (let attempt = 0; attempt < 2; attempt++) {
    // A mirror in the middle of an update fails once and then works.
    const updated = await run('apt-get', ['update'], options);
    if (updated.code !== 0) continue;
    for (const name of PACKAGES) {
      const installed = await run('apt-get', ['install', '-y', '--no-install-recommends', name], options);
      if (installed.code === 0) return;
    }
  }
}

/** Makes sure that there is a browser. @returns {Promise<string | undefined>} as {@link findBrowser} */
export async function ensureBrowser() {
  if (findBrowser() === undefined && canUseApt()) await installWithApt();
  const found = findBrowser();
  // Returns at once when Playwright has its own already.
  if (found === undefined) {
    const { code } = await runNode(binOf('@playwright/test', 'playwright'), ['install', 'chromium'], { show: true });
    if (code !== 0) throw new Error('No Chromium could be installed. Install one and set CHROMIUM to its path.');
  }
  return found;
}

if (isEntry(import.meta)) {
  const path = await ensureBrowser();
  console.log(`Browser: ${path ?? "Playwright's own Chromium"}`);
}
