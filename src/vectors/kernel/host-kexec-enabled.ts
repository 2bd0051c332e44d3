import { host, hostSysctl, kernelConfig } from '../../model/words.ts';
import { defineVector } from '../define.ts';

export default defineVector({
  id: 'host-kexec-enabled',
  title: 'The host lets its root start another kernel',
  mechanism: 'kernel',
  phase: 'host',
  goal: 'host-kernel',
  severity: 'low',
  stride: 'TE',
  appliesTo: ['host'],
  routes: [
    [
      hostSysctl('kernel.kexec_load_disabled', { is: 0 }),
      kernelConfig('KEXEC_CORE', { usually: 'passes' }),
      host('host.lockdown', { is: 'none' }, { title: 'the kernel is not locked down' }),
    ],
  ],
  why: 'kexec_load_permitted() (kernel/kexec_core.c) asks for CAP_SYS_BOOT and that the sysctl is 0; under lockdown unsigned images are refused. Whoever gets there replaces the kernel without a reset of the machine and without secure boot.',
  fix: 'kernel.kexec_load_disabled=1, after the crash kernel was loaded.',
  refs: {
    attack: ['T1014'],
    cisDocker: ['1.2.1'],
    nist800190: ['3.5.5'],
    cwe: ['CWE-1188'],
    docs: ['Documentation/admin-guide/sysctl/kernel.rst'],
  },
  examples: [
    { hostProfile: '{ lockdown: none, sysctls: { kernel.kexec_load_disabled: 0 } }', verdict: 'open' },
    { hostProfile: 'sysctls: { kernel.kexec_load_disabled: 1 }', verdict: 'blocked', depth: 1 },
    {
      hostProfile: '{ lockdown: integrity, sysctls: { kernel.kexec_load_disabled: 0 } }',
      verdict: 'blocked',
      depth: 1,
    },
  ],
});
