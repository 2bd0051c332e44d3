import { accessSync, constants, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { MACHINE } from '../live/index.ts';
import { startOuterStub } from './embedded/nursery.ts';
import type { Machine } from './machine.ts';

/** The machine that this program runs on. */
export const THIS_MACHINE: Machine = {
  files: MACHINE,
  arch: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
  maker: process.pid,
  write: (path, text) => writeFileSync(path, text),
  writeMeanwhile: (path, text) => writeFile(path, text),
  mayWrite: (path) => works(() => accessSync(path, constants.W_OK)),
  removeFolder,
  kill: (pid) => void works(() => process.kill(pid, 'SIGKILL')),
  startStub: startOuterStub,
};

function removeFolder(path: string): boolean {
  try {
    rmdirSync(path);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function works(act: () => void): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}
