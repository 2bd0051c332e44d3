import { execFile } from 'node:child_process';
import type { Availability } from './types.ts';

/** First version number that a command prints; undefined where it cannot be run. */
export async function versionOf(command: readonly string[]): Promise<string | undefined> {
  const found = await installed(command, '');
  return found.available ? found.version : undefined;
}

/** Whether a command can be run, told by its version. `enable`: what installs it. */
export function installed([command = '', ...args]: readonly string[], enable: string): Promise<Availability> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: 5000 }, (error, stdout, stderr) => {
      if (error === null) {
        resolve({ available: true, version: /\d+(\.\d+)*/.exec(stdout || stderr)?.[0] ?? 'unknown' });
      } else if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        resolve({ available: false, why: `${command} is not installed`, enable });
      } else {
        const said = (stderr || stdout || error.message).trim().split('\n')[0] ?? '';
        resolve({ available: false, why: `${command} does not run: ${said}`, enable: [command, ...args].join(' ') });
      }
    });
  });
}
