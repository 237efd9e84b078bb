/** Makes and opens the folder that holds everything. */
import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from './clock.ts';
import { StartRefused } from './config.ts';
import type { Log } from './relay/metrics.ts';
import { openLevelStore } from './store/level-store.ts';
import { DataFolderInUse, type Store } from './store/store.ts';

const DATABASE = 'log';
/** Nobody but the server's user has business in there. */
const FOLDER_MODE = 0o700;

/** `ifInUse`: what to do when another process has it, as a sentence. @throws StartRefused */
export async function openDataFolder(
  path: string,
  clock: Clock,
  log: Log,
  ifInUse = 'Set DATA_DIR to another one.',
): Promise<Store> {
  const folder = resolve(path);
  try {
    await makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    throw new StartRefused(`The data folder ${folder} cannot be written. Set DATA_DIR to one that can.`);
  }
  const onFailure = (error: unknown): void => log.error({ err: error }, 'the store failed and is opened again');
  try {
    return await openLevelStore({ folder: join(folder, DATABASE), clock, onFailure });
  } catch (error) {
    if (error instanceof DataFolderInUse) {
      throw new StartRefused(`The data folder ${folder} is in use by another server. ${ifInUse}`);
    }
    log.error({ err: error }, 'the store cannot be opened');
    throw new StartRefused(`The data in ${folder} cannot be opened. The log says why.`);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  // Node's recursive form never returns where the file system answers like /proc, so it is left for missing parents.
  const recursive = !(await isFolder(dirname(path)));
  await mkdir(path, { recursive, mode: FOLDER_MODE });
}
