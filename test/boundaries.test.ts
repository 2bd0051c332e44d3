/**
 * The import rules see what they forbid. A checker that cannot read TypeScript (dependency-cruiser with TypeScript 7) reports
 * no violation anywhere, which looks like a clean house: the canary holds one that has to be found.
 */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

interface Cruise {
  readonly summary: { readonly violations: readonly { rule: { name: string }; from: string; to: string }[] };
}

test('a room that reaches up is reported', () => {
  const cruiser = '../../node_modules/dependency-cruiser/bin/dependency-cruise.mjs';
  const args = [cruiser, 'src', '--config', '../../.dependency-cruiser.mjs', '--output-type', 'json'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: 'test/canary', encoding: 'utf8' });
  expect(stderr).toBe('');
  const { summary } = JSON.parse(stdout) as Cruise;
  expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`).sort()).toEqual([
    'kernel-imports-one-way: src/kernel/reaches-up.ts → src/cli/command.ts',
    'nothing-depends-on-cli: src/kernel/reaches-up.ts → src/cli/command.ts',
  ]);
});
