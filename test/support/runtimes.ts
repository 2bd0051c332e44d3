import { spawnSync } from 'node:child_process';

/** In continuous integration a missing runtime is a failure; elsewhere what needs it is skipped, with the reason. */
const REQUIRED = process.env.COFFERDAM_REQUIRE_RUNTIMES === '1';

/** Why tests that need these programs (and root) are not run here; undefined where they are. */
export function lacking({
  programs,
  root = true,
}: {
  readonly programs: readonly string[];
  readonly root?: boolean;
}): string | undefined {
  if (REQUIRED) return undefined;
  if (root && process.getuid?.() !== 0) return 'not root';
  const missing = programs.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0);
  return missing === undefined ? undefined : `${missing} is not installed`;
}
