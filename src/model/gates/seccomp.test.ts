import { describe, expect, test } from 'vitest';
import { bpfToBase64, compileSeccomp, type SeccompPolicy } from '../../kernel/index.ts';
import { type FactTypes, Posture, type Statement } from '../../posture/index.ts';
import { type SyscallParams, syscall } from './seccomp.ts';

const policy: SeccompPolicy = {
  defaultAction: 'SCMP_ACT_ERRNO',
  architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'],
  syscalls: [
    { names: ['read', 'mount'], action: 'SCMP_ACT_ALLOW' },
    {
      names: ['clone'],
      action: 'SCMP_ACT_ALLOW',
      args: [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: 0x7e020000, valueTwo: 0 }],
    },
    { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, op: 'SCMP_CMP_NE', value: 40 }] },
    { names: ['bpf'], action: 'SCMP_ACT_NOTIFY' },
  ],
};

function stated(seccomp: FactTypes['seccomp'], arch?: FactTypes['host.arch']): Posture {
  const source = { kind: 'observed', from: 'a test' } as const;
  const statements: Statement[] = [{ phase: 'run', source, facts: { seccomp } }];
  if (arch !== undefined) statements.push({ phase: 'host', source, facts: { 'host.arch': arch } });
  return new Posture(statements);
}

const filterOf = (...policies: SeccompPolicy[]): FactTypes['seccomp'] => ({
  kind: 'filter',
  programs: policies.map((one) => bpfToBase64(compileSeccomp(one, 'x86_64'))),
});

const ASKED: readonly { readonly params: SyscallParams; readonly result: string }[] = [
  { params: { syscall: 'mount' }, result: 'passes' },
  { params: { syscall: 'unshare' }, result: 'closed' },
  { params: { syscall: 'clone' }, result: 'passes' },
  { params: { syscall: 'clone', args: { 0: { mask: '0x10000000', value: '0x10000000' } } }, result: 'closed' },
  { params: { syscall: 'socket', args: { 0: '40' } }, result: 'closed' },
  // The upper half of the register gets a family past the filter.
  { params: { syscall: 'socket', args: { 0: { mask: '0xffffffff', value: '40' } } }, result: 'passes' },
  { params: { syscall: 'socket', arch: 'i386', args: { 0: { mask: '0xffffffff', value: '40' } } }, result: 'closed' },
  { params: { syscall: 'mount', arch: 'x32' }, result: 'closed' },
  { params: { syscall: 'bpf' }, result: 'unknown' },
];

describe('an installed filter is judged as the policy it was made of', () => {
  test.for(ASKED)('$params: $result', ({ params, result }) => {
    expect(syscall.evaluate(params, stated({ kind: 'policy', policy }, 'x86_64')).result).toBe(result);
    expect(syscall.evaluate(params, stated(filterOf(policy), 'x86_64')).result).toBe(result);
  });

  test('with its answer', () => {
    expect(syscall.evaluate({ syscall: 'unshare' }, stated(filterOf(policy), 'x86_64'))).toMatchObject({
      why: 'seccomp answers unshare() with SCMP_ACT_ERRNO 1',
      fact: { value: { kind: 'filter' } },
    });
  });

  test('of several each must let the call through', () => {
    const other: SeccompPolicy = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['mount'], action: 'SCMP_ACT_KILL' }],
    };
    const posture = stated(filterOf(policy, other), 'x86_64');
    expect(syscall.evaluate({ syscall: 'mount' }, posture).result).toBe('closed');
    expect(syscall.evaluate({ syscall: 'read' }, posture).result).toBe('passes');
    expect(syscall.evaluate({ syscall: 'bpf' }, posture).result).toBe('unknown');
  });

  test('where the architecture is not stated it must not matter', () => {
    expect(syscall.evaluate({ syscall: 'mount' }, stated(filterOf(policy))).result).toBe('unknown');
    expect(syscall.evaluate({ syscall: 'unshare' }, stated(filterOf(policy))).result).toBe('closed');
  });
});
