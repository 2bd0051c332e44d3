import { writesKernelFile } from '../../model/words.ts';
import { defineVector } from '../define.ts';
import { hostFileWritten } from '../probe-words-of-places.ts';

export default defineVector({
  id: 'proc-sys-writable',
  title: 'Container can change kernel.* sysctls of the host',
  mechanism: 'mount',
  phase: 'create',
  goal: 'denial-of-service',
  severity: 'high',
  stride: 'TDE',
  appliesTo: ['workload'],
  routes: [[writesKernelFile('/proc/sys/kernel/panic')]],
  probe: hostFileWritten('/proc/sys/kernel/panic'),
  why: 'Most of /proc/sys/kernel belongs to no namespace: panic behaviour, thread and PID limits, scheduler, sysrq. proc_sys_permission() (fs/proc/proc_sysctl.c) asks for the global root uid and no capability overrides that, so what keeps a root container away is the read-only mount over /proc/sys.',
  fix: 'Keep /proc/sys read-only; let the runtime set the sysctls that belong to a namespace.',
  refs: {
    attack: ['T1611', 'T1499'],
    cisDocker: ['5.5'],
    nist800190: ['3.4.3'],
    pss: ['baseline:procMount'],
    cwe: ['CWE-732'],
    docs: ['proc_sys_kernel(5)'],
  },
  examples: [
    { docker: 'run debian', verdict: 'blocked', depth: 1 },
    { docker: 'run --privileged debian', verdict: 'open' },
    { docker: 'run --security-opt systempaths=unconfined --security-opt apparmor=unconfined debian', verdict: 'open' },
    {
      docker: 'run --security-opt systempaths=unconfined debian',
      host: 'lsm: [apparmor]',
      verdict: 'blocked',
      depth: 1,
    },
    {
      docker: 'run --security-opt systempaths=unconfined --security-opt apparmor=unconfined debian',
      withDaemon: '{"userns-remap":"default"}',
      verdict: 'blocked',
      depth: 1,
    },
    { docker: 'run --privileged --user 1000 --security-opt no-new-privileges debian', verdict: 'blocked', depth: 1 },
    { docker: 'run -v /proc/sys:/hostsys debian', verdict: 'open' },
  ],
});
