import { expect, test } from 'vitest';
import { bpfToBase64, compileSeccomp, type SeccompPolicy } from '../../kernel/index.ts';
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

const installed = (one: SeccompPolicy, arch?: FactTypes['host.arch']): Posture => {
  const source = { kind: 'observed', from: 'a test' } as const;
  const seccomp = { kind: 'filter', programs: [bpfToBase64(compileSeccomp(one, 'x86_64'))] } as const;
  const facts = arch === undefined ? { seccomp } : { seccomp, 'host.arch': arch };
  return new Posture([{ phase: 'run', source, facts }]);
};
const refusing: SeccompPolicy = {
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls: [{ names: ['bpf'], action: 'SCMP_ACT_NOTIFY' }],
};
const allowing: SeccompPolicy = {
  defaultAction: 'SCMP_ACT_ALLOW',
  syscalls: [{ names: ['bpf'], action: 'SCMP_ACT_ERRNO' }],
};

test.each([
  ['absent', installed(refusing), 'closed'],
  ['present', installed(refusing), 'passes'],
  ['permissive', installed(refusing), 'closed'],
  ['permissive', installed(allowing, 'x86_64'), 'passes'],
  // On arm64 it ends every caller.
  ['permissive', installed(allowing, 'aarch64'), 'closed'],
  ['permissive', installed(allowing), 'unknown'],
  ['delegating', installed(refusing), 'passes'],
  ['delegating', installed(allowing), 'closed'],
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
