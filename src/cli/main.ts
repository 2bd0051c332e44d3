#!/usr/bin/env node
/**
 * The command line. This file answers `--version` alone and loads the rest only when it is needed: a start costs what the
 * command costs. Exit codes: 0 done, 1 findings at or above the threshold, 2 the work could not be done, 70 a defect of ours.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runCompiled } from './compiled.ts';
import { VERSION } from './version.generated.ts';

/** File name of the bundled `program.ts`, put in by the build. */
declare const PROGRAM: string;

const argv = process.argv.slice(2);
const [first = ''] = argv;
if (argv.length === 1 && (first === '--version' || first === '-V')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const path = fileURLToPath(new URL(PROGRAM, import.meta.url));
  // What is no path is a command (`check` where none is named); a run of any other word fails, and nothing is kept of it.
  const purpose = /^[a-z]+$/.test(first) && !existsSync(first) ? first : 'check';
  const { exports, keep } = runCompiled<typeof import('./program.ts')>(path, purpose);
  const code = await exports.run(argv);
  process.exitCode = code;
  if (code < 2) keep();
}
