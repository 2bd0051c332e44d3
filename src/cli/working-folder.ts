import { CofferdamError } from '../posture/index.ts';

/** @throws CofferdamError where the folder was deleted under the shell that stands in it. */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    throw new CofferdamError('working-folder', 'the working folder is gone', 'change into a folder that is there');
  }
}
