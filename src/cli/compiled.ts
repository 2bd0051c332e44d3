/**
 * The bundled program, with what V8 made of it the last time: functions that a run needs are read and not compiled, which is a
 * fifth of a short run. Node keeps such a cache itself from 22.1 on, for the files of its loader (module.enableCompileCache); this
 * one works on every version. It lies in the user's cache folder, is made by the first run, and any doubt of it means to do without.
 */
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { Script } from 'node:vm';

export interface Compiled<Exports> {
  readonly exports: Exports;
  /** Keeps what was compiled until now, where nothing was kept that could be used. */
  readonly keep: () => void;
}

/** Runs a CommonJS bundle that has no dynamic import. The name of `purpose` parts runs that need different functions. */
export function runCompiled<Exports>(path: string, purpose: string, folder = cacheFolder()): Compiled<Exports> {
  const cache = folder === undefined ? undefined : join(folder, cacheName(path, purpose));
  const known = cache === undefined ? undefined : trusted(cache);
  const parameters = 'exports, require, module, __filename, __dirname';
  const script = new Script(`(function (${parameters}) { ${readFileSync(path, 'utf8')}\n})`, {
    filename: path,
    ...(known !== undefined && { cachedData: known }),
  });
  const module = { exports: {} as Exports };
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path));
  const usable = known !== undefined && script.cachedDataRejected === false;
  return {
    exports: module.exports,
    keep: () => {
      if (cache !== undefined && !usable) store(cache, script);
    },
  };
}

/** V8 itself compares no more than its version, its flags and the length of the source, so the bundle's name holds a hash of it. */
function cacheName(path: string, purpose: string): string {
  return `${basename(path, '.cjs')}-${purpose}-${process.version}-${process.arch}.cache`;
}

/** Where the XDG base directory specification has it; nowhere where the user wants no compile cache (Node's own variable). */
function cacheFolder(): string | undefined {
  const { XDG_CACHE_HOME: stated = '', NODE_DISABLE_COMPILE_CACHE: disabled = '' } = process.env;
  if (disabled !== '') return undefined;
  try {
    return join(isAbsolute(stated) ? stated : join(homedir(), '.cache'), 'cofferdam');
  } catch {
    return undefined;
  }
}

/** What the file holds, if nobody else can have written it: it will be run. */
function trusted(path: string): Buffer | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const stat = fstatSync(descriptor);
    const foreign = process.getuid !== undefined && (stat.uid !== process.getuid() || (stat.mode & 0o022) !== 0);
    return stat.isFile() && !foreign ? readFileSync(descriptor) : undefined;
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Where it cannot be kept, the next run compiles again. */
function store(path: string, script: Script): void {
  const folder = dirname(path);
  const unfinished = `${path}.${process.pid}`;
  ignoringFailure(() => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(unfinished, script.createCachedData(), { flag: 'wx', mode: 0o600 });
    renameSync(unfinished, path);
    removeOld(folder);
  });
  // Left where the disk is full.
  ignoringFailure(() => rmSync(unfinished, { force: true }));
}

function ignoringFailure(work: () => void): void {
  try {
    work();
  } catch {}
}

const MONTH = 30 * 24 * 3600 * 1000;

/** Caches of versions that are no longer installed, and what was left unfinished. */
function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.includes('.cache') && Date.now() - statSync(path).mtimeMs > MONTH) rmSync(path);
  }
}
