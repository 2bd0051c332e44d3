import { capable, hostSysctl, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-module',
  title: 'Container can load code into the host kernel',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_MODULE'),
      syscall('finit_module'),
      hostSysctl('kernel.modules_disabled', { isNot: 1 }, { usually: 'passes' }),
      kernelConfig('MODULES', { usually: 'passes' }),
    ],
    [
      capable('SYS_MODULE'),
      syscall('init_module'),
      hostSysctl('kernel.modules_disabled', { isNot: 1 }, { usually: 'passes' }),
      kernelConfig('MODULES', { usually: 'passes' }),
    ],
  ],
  probe: anyOf(
    triesHarmless('finit_module', ['EBADF'], needs('SYS_MODULE')),
    triesHarmless('init_module', ['ENOEXEC', 'EFAULT'], needs('SYS_MODULE')),
  ),
  why: 'A module runs as the kernel itself, so whoever loads one owns the host. may_init_module() (kernel/module/main.c) asks capable(CAP_SYS_MODULE), in the initial user namespace: root of a user namespace never passes.',
  fix: 'Drop CAP_SYS_MODULE; load the modules a workload needs on the host, or set kernel.modules_disabled=1 there.',
  refs: {
    attack: ['T1611', 'T1547.006'],
    cisDocker: ['5.4'],
    pss: ['baseline:capabilities_baseline'],
    kubehound: ['CE_MODULE_LOAD'],
    cwe: ['CWE-250'],
    docs: ['capabilities(7)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_MODULE debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    {
      docker: 'run --cap-add SYS_MODULE --security-opt seccomp=unconfined --userns=host debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'open',
    },
    {
      docker: 'run --cap-add SYS_MODULE debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --cap-add SYS_MODULE debian',
      host: 'sysctls: { kernel.modules_disabled: 1 }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
