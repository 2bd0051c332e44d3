import { writesKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'kernel-hardening-sysctls-writable',
  title: 'Container can switch off the address randomisation of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'host-kernel',
  severity: 'medium',
  stride: 'TE',
  appliesTo: ['workload'],
  routes: [[writesKernelFile('/proc/sys/kernel/randomize_va_space')]],
  probe: hostFileWritten('/proc/sys/kernel/randomize_va_space'),
  why: 'kernel.randomize_va_space is one value for the machine (randomize_va_space, mm/memory.c), written by the global root uid without a capability. Set to 0 it makes every later exploit against any program of the host dependable.',
  fix: 'Keep /proc/sys read-only.',
  refs: {
    attack: ['T1562', 'T1211'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['proc_sys_kernel(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --privileged --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
  ],
});
