import type { Session } from '../../agent/index.ts';
import { call } from '../../kernel/index.ts';
import { notPossible } from './timing.ts';

const [AT_FDCWD, W_OK, X_OK] = [-100, 2, 1];
const FOLDERS = ['/tmp', '/dev/shm', '/var/tmp', '/run', ''];

/** A folder in which the process may make files; without a slash at its end. */
export async function writableFolder(session: Session): Promise<string> {
  const tried = await session.batch(FOLDERS.map((path) => call('faccessat', AT_FDCWD, path || '/', W_OK | X_OK)));
  const folder = FOLDERS.find((_, i) => tried[i]?.ok);
  if (folder === undefined) throw notPossible(`no folder to make files in: ${tried.join('; ')}`);
  return folder;
}
