import { expect, test } from 'vitest';
import type { FactTypes, Statement } from '../../posture/index.ts';
import { Posture, Unknown } from '../../posture/index.ts';
import { seccompFilter } from './seccomp-filter.ts';

const stated = (seccomp: FactTypes['seccomp'] | Unknown): Posture => {
  const statement: Statement = {
    phase: 'create',
    source: { kind: 'default', engine: 'runc@1.4.0', cite: 'a test' },
    facts: { seccomp },
  };
  return new Posture([statement]);
};
const policy = (defaultAction: string, action = 'SCMP_ACT_ALLOW'): Posture =>
  stated({
    kind: 'policy',
    policy: { defaultAction, architectures: ['SCMP_ARCH_X86_64'], syscalls: [{ names: ['mount'], action }] },
  });

test.each([
  ['absent', stated({ kind: 'unconfined' }), 'passes'],
  ['present', stated({ kind: 'unconfined' }), 'closed'],
  ['absent', policy('SCMP_ACT_ERRNO'), 'closed'],
  ['present', policy('SCMP_ACT_ERRNO'), 'passes'],
  ['permissive', policy('SCMP_ACT_LOG'), 'passes'],
  ['permissive', policy('SCMP_ACT_ERRNO'), 'closed'],
  ['permissive', stated({ kind: 'unconfined' }), 'closed'],
  ['delegating', policy('SCMP_ACT_ERRNO', 'SCMP_ACT_NOTIFY'), 'passes'],
  ['delegating', policy('SCMP_ACT_ERRNO'), 'closed'],
  ['absent', stated(new Unknown('a profile that was not found')), 'unknown'],
  ['absent', new Posture([]), 'unknown'],
] as const)('%s filter', (is, posture, result) => {
  expect(seccompFilter.evaluate({ is }, posture).result).toBe(result);
});
