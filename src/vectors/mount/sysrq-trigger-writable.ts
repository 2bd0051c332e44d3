import { kernelConfig, writesRootFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { allOf, hostHas } from '../probe.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'sysrq-trigger-writable',
  title: 'Container can trigger SysRq actions of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'D',
  appliesTo: ['workload'],
  routes: [[writesRootFile('/proc/sysrq-trigger'), kernelConfig('MAGIC_SYSRQ', { usually: 'passes' })]],
  probe: allOf(hostFileWritten('/proc/sysrq-trigger'), hostHas(kernelConfig('MAGIC_SYSRQ', { usually: 'passes' }))),
  why: 'One letter written to /proc/sysrq-trigger reboots, crashes or remounts the host; write_sysrq_trigger() (drivers/tty/sysrq.c) passes over the kernel.sysrq mask. The file is mode 0200 and belongs to the host’s root.',
  fix: 'Keep the file read-only as engines do; give the container a user namespace.',
  refs: {
    attack: ['T1529', 'T1499'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['Documentation/admin-guide/sysrq.rst'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      host: 'lsm: [apparmor]',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --security-opt systempaths=unconfined --security-opt apparmor=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined --security-opt apparmor=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run -v /proc:/host/proc debian', verdict: 'open' },
  ],
});
