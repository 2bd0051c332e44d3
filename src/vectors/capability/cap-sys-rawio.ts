import { call } from '../../kernel/index.ts';
import { any, capable, host, kernelConfig, syscall } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { needs, tries } from '../probe-questions.ts';

export default defineVector({
  id: 'cap-sys-rawio',
  title: 'Container can program the hardware through I/O ports',
  mechanism: 'capability',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'critical',
  stride: 'TIDE',
  appliesTo: ['workload'],
  routes: [
    [
      capable('SYS_RAWIO'),
      any('a call', syscall('iopl'), syscall('ioperm')),
      kernelConfig('X86_IOPL_IOPERM', { usually: 'passes' }),
      host('host.arch', { is: 'x86_64' }, { usually: 'passes', title: 'x86-64, which has I/O ports' }),
      host('host.lockdown', { is: 'none' }, { usually: 'passes', title: 'the kernel is not locked down' }),
    ],
  ],
  probe: tries('takes I/O ports', [call('ioperm', 0x80, 1, 1), call('iopl', 3)], ['ok'], {
    effects: ['changes-itself'],
    decides: [0, 1],
    ...needs('SYS_RAWIO'),
  }),
  why: 'iopl(2) and ioperm(2) ask capable(CAP_SYS_RAWIO) and the lockdown module (ksys_ioperm(), arch/x86/kernel/ioport.c; LOCKDOWN_IOPORT, 5.4). Port instructions reach devices past every driver. The calls exist on x86 only.',
  fix: 'Drop the capability.',
  refs: {
    cisDocker: ['5.4'],
    cisKubernetes: ['5.2.9'],
    nist800190: ['3.4.3'],
    pss: ['baseline:capabilities_baseline', 'restricted:capabilities_restricted'],
    owaspDocker: ['R3'],
    attack: ['T1611'],
    cwe: ['CWE-250'],
    docs: ['iopl(2)'],
  },
  examples: [
    { docker: 'run --cap-add SYS_RAWIO debian', host: 'arch: x86_64', verdict: 'open' },
    { docker: 'run debian', verdict: 'blocked' },
    {
      docker: 'run --cap-add SYS_RAWIO debian',
      host: '{ arch: x86_64, lockdown: integrity }',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --cap-add SYS_RAWIO debian', host: 'arch: aarch64', verdict: 'blocked' },
    { docker: 'run --cap-add SYS_RAWIO debian', withDaemon: '{"userns-remap":"default"}', verdict: 'blocked' },
  ],
});
