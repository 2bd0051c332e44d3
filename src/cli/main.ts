#!/usr/bin/env node
/**
 * The command line. This file answers `--version` alone and loads the rest only when it is needed: a start costs what the
 * command costs. Exit codes: 0 done, 1 findings at or above the threshold, 2 the work could not be done, 70 a defect of ours.
 */
import { VERSION } from './version.generated.ts';

const [only] = process.argv.slice(2);
if (process.argv.length === 3 && (only === '--version' || only === '-V')) {
  process.stdout.write(`${VERSION}\n`);
} else {
  const { run } = await import('./program.ts');
  process.exitCode = await run(process.argv.slice(2));
}
