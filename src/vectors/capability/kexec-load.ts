import { all, any, capable, host, hostSysctl, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { anyOf } from '../probe.ts';
import { needs, triesHarmless } from '../probe-questions.ts';

export default defineVector({
  id: 'kexec-load',
  title: "Container can put another kernel in place of the host's",
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_BOOT'),
      any(
        'a call',
        all(
          'kexec_load',
          syscall('kexec_load'),
          host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
          kernelConfig('KEXEC', { usually: 'passes' }),
        ),
        all('kexec_file_load', syscall('kexec_file_load'), kernelConfig('KEXEC_FILE', { usually: 'passes' })),
      ),
      hostSysctl('kernel.kexec_load_disabled', { isNot: 1 }, { usually: 'passes' }),
    ],
  ],
  probe: anyOf(
    triesHarmless('kexec_load', ['EINVAL'], needs('SYS_BOOT')),
    triesHarmless('kexec_file_load', ['EBADF'], needs('SYS_BOOT')),
  ),
  why: 'kexec_load_permitted() (kernel/kexec_core.c) asks capable(CAP_SYS_BOOT) and the sysctl kernel.kexec_load_disabled, in no particular PID namespace. The image loaded runs at the next kexec restart, or at the next panic as crash kernel.',
  fix: 'Drop the capability; set kernel.kexec_load_disabled=1 on the host.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611', 'T1529'],
    cwe: ['CWE-250'],
    docs: ['kexec_load(2)'],
  },
  aliases: ['cap-sys-boot-kexec'],
  examples: [
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked', depth: 2 },
    {
      docker: 'run --privileged debian',
      host: 'sysctls: { kernel.kexec_load_disabled: 1 }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_BOOT debian', verdict: 'blocked', depth: 1 },
  ],
});
