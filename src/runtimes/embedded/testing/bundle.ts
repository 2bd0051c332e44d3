import { chmodSync, copyFileSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { stubPath } from '../../../agent/index.ts';

/** A program of this folder made one file that any user may run, with a copy of the stub by which its processes are known. */
export async function bundled(
  program: string,
): Promise<{ readonly folder: string; readonly file: string; readonly stub: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'cofferdam-bundle-'));
  chmodSync(folder, 0o755);
  const stub = join(folder, 'agent', basename(stubPath()));
  mkdirSync(join(folder, 'agent'));
  copyFileSync(stubPath(), stub);
  chmodSync(stub, 0o755);
  const file = join(folder, 'program.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL(`./${program}`, import.meta.url))],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  return { folder, file, stub };
}
